package org.replaymigrate.vkernel.random;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.Stop;
import org.replaymigrate.vkernel.board.BootImage;
import org.replaymigrate.vkernel.port.Outputs;

/** Runs a bare-metal image on the machine. */
final class Guests {
  private static final long MEMORY = 64L << 20;

  private Guests() {}

  /**
   * Enters the image in M-mode at 0x80000000, with nobody typing and time moving only as
   * instructions are executed.
   *
   * @param limit instructions after which it should long have ended
   * @return the lines it has printed, whether it ended or not
   */
  static List<String> run(byte[] image, long limit) {
    StringBuilder console = new StringBuilder();
    Outputs outputs =
        new Outputs() {
          @Override
          public void console(int port, int value) {
            console.append((char) value);
          }

          @Override
          public void frame(int nic, byte[] frame) {}
        };
    MachineConfig config = new MachineConfig(MEMORY, 1, List.of(), false, 100, 20_000);
    MemorySegment memory = Arena.ofAuto().allocate(MEMORY, 8);
    Machine machine = new Machine(config, memory, List.of(), outputs);
    machine.load(new BootImage(null, null, image, "", new byte[32]));
    Stop stop = machine.run(limit);
    if (stop != Stop.HALTED) {
      console.append(stop).append(" after ").append(machine.instructions()).append('\n');
    }
    return console.toString().lines().toList();
  }
}
