package org.replaymigrate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.replaymigrate.vkernel.translate.Translation;

class ExerciseTest {
  private static final long MILLION = 1_000_000;

  @Test
  void executesTheBuiltinGuestInterpretedAndTranslatedUntilItIsEnough() {
    long executed = new Exercise(60 * MILLION, () -> true).run(Translation.atOnce(100));
    assertTrue(executed >= 60 * MILLION && executed < 70 * MILLION, executed + " instructions");
  }

  @Test
  void endsWhenAGuestComes() {
    AtomicInteger asked = new AtomicInteger();
    long executed =
        new Exercise(60 * MILLION, () -> asked.incrementAndGet() < 10).run(Translation.OFF);
    assertTrue(executed > MILLION && executed < 30 * MILLION, executed + " instructions");
    assertEquals(0, new Exercise(60 * MILLION, () -> false).run(Translation.OFF));
  }
}
