package org.replaymigrate.bench.speed;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;
import org.replaymigrate.protocol.checkpoint.GuestMemory;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.Stop;
import org.replaymigrate.vkernel.board.BootImage;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.translate.Translation;

/** A machine without a recorder: only for measurements. */
final class BareMachine {
  private static final long SLICE = 10_000_000;

  private BareMachine() {}

  /**
   * Runs a kernel to its end, on a machine that is made for it.
   *
   * @param shown whether the guest's console goes to standard error
   * @throws IllegalStateException if it does not come to its end
   */
  static KernelRun run(
      GuestKernel kernel, String commandLine, boolean shown, Translation translation)
      throws IOException {
    ConsoleStamps stamps = new ConsoleStamps();
    MachineConfig config =
        new MachineConfig(
            GuestKernel.MEMORY_BYTES,
            1,
            List.of(),
            false,
            MachineConfig.DEFAULT_INSTRUCTIONS_PER_TICK,
            MachineConfig.DEFAULT_TURN_INSTRUCTIONS);
    try (Arena arena = Arena.ofConfined()) {
      Machine machine =
          new Machine(
              config,
              GuestMemory.allocate(config.memoryBytes(), arena),
              List.of(),
              new Stamping(stamps, shown),
              translation);
      machine.load(new BootImage(null, null, kernel.elf(), commandLine, new byte[32]));
      Stop stop = Stop.REACHED;
      while (stop == Stop.REACHED) {
        stop = machine.run(machine.instructions() + SLICE);
      }
      return stamps.result();
    }
  }

  private record Stamping(ConsoleStamps stamps, boolean shown) implements Outputs {
    @Override
    public void console(int port, int value) {
      stamps.accept(value, System.nanoTime());
      if (shown) {
        System.err.write(value);
        System.err.flush();
      }
    }

    @Override
    public void frame(int nic, byte[] frame) {}
  }
}
