package org.replaymigrate.bench.speed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.replaymigrate.vkernel.translate.Translation;

class GuestKernelTest {
  /** Without a round: what a round does is compared with QEMU's by each comparison. */
  @ParameterizedTest
  @EnumSource(names = {"INTEGER", "FLOAT", "SYSTEM"})
  void itsImageBootsPreparesAndPowersOff(GuestKernel kernel) throws IOException {
    KernelRun run = BareMachine.run(kernel, "rounds=0 warm=0", false, Translation.OFF);

    assertEquals("0000000000000000", run.checksum());
    assertTrue(run.instructions() < 1000, run.toString());
  }
}
