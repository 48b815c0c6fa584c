package org.replaymigrate.cli;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.replaymigrate.guest.BuiltinGuest;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.protocol.store.Sha256;
import org.replaymigrate.replayer.receive.Readiness;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.Stop;
import org.replaymigrate.vkernel.board.BootImage;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.translate.Translation;

/**
 * Executes guest code in a process that waits for guests, so that HotSpot compiles what executes
 * it: a new JVM replays a few million instructions a second for the first seconds, which is less
 * than most guests execute.
 */
final class Exercise {
  private static final long MEMORY = 16L << 20;
  private static final int SEED_BYTES = 32;

  /** A little of all that the built-in guest can do. */
  private static final String COMMAND_LINE =
      "run=\"work 10; calls; dirty 1024 20 0; flops 5; work 10; calls\"";

  /** Between two looks at the clock, and whether to go on. */
  private static final long PIECE = 2_000_000;

  private static final int HASHED_PAGES = 5000;
  private static final int ASK_PAGES = 2500;

  private final long mostInstructions;
  private final BooleanSupplier goOn;

  /**
   * @param mostInstructions after which it ends
   * @param goOn asked now and then; with false it ends
   */
  Exercise(long mostInstructions, BooleanSupplier goOn) {
    this.mostInstructions = mostInstructions;
    this.goOn = goOn;
  }

  /**
   * Does it, with the interpreter first, and then with what guests are run with.
   *
   * @return instructions that were executed
   */
  long run(Translation translation) {
    hash();
    long interpreted = run(Translation.OFF, mostInstructions / 2, true);
    return interpreted + run(translation, mostInstructions - interpreted, false);
  }

  /** As the pages of a base are, thousands of them: slowly, until C2 has the intrinsic for it. */
  private void hash() {
    Sha256.Hasher hasher = new Sha256.Hasher();
    byte[] page = new byte[PagedContent.PAGE_SIZE];
    for (int i = 0; i < HASHED_PAGES; i++) {
      if (i % ASK_PAGES == 0 && !goOn.getAsBoolean()) {
        return;
      }
      hasher.hash(page, 0, page.length, page, 0);
      page[page.length - 1] = (byte) Digest128.of(page).low();
    }
  }

  private long run(Translation translation, long most, boolean measured) {
    long executed = 0;
    while (executed < most && goOn.getAsBoolean()) {
      try (Arena arena = Arena.ofShared()) {
        executed += once(arena, translation, most - executed, measured);
      }
    }
    return executed;
  }

  /** One guest, from its start to when it has done everything. */
  private long once(Arena arena, Translation translation, long most, boolean measured) {
    Machine machine =
        new Machine(
            MachineConfig.of(MEMORY, 1, List.of()),
            arena.allocate(MEMORY, 4096),
            List.of(),
            Outputs.NONE,
            translation);
    machine.load(
        new BootImage(BuiltinGuest.image(), null, null, COMMAND_LINE, new byte[SEED_BYTES]));
    Stop stop = Stop.REACHED;
    while (stop == Stop.REACHED && machine.instructions() < most && goOn.getAsBoolean()) {
      long before = machine.instructions();
      long start = System.nanoTime();
      stop = machine.run(before + PIECE);
      if (measured) {
        Readiness.executed(machine.instructions() - before, System.nanoTime() - start);
      }
    }
    return Math.max(1, machine.instructions());
  }
}
