package org.replaymigrate.bench.micro;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.Stop;
import org.replaymigrate.vkernel.board.BootImage;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.translate.Translation;

/** A machine that executes one part of {@code bench/guest/micro.c} without end. */
public final class MicroMachine {
  private static final long MEMORY_BYTES = 64L << 20;
  private static final String IMAGE = "/org/replaymigrate/bench/guest/micro.elf";

  /** The boot, up to the loop: page tables and all. */
  private static final long BOOT_INSTRUCTIONS = 3_000_000;

  /** Low, so that the loop is translated before anything is measured. */
  private static final int THRESHOLD = 50;

  /** What the guest does; in the order of the image's parts. */
  public enum Part {
    LOOP,
    HIT,
    MISS,
    TRAP,
    MMIO,
    FP
  }

  private final Machine machine;

  /**
   * Boots it into its loop.
   *
   * @param translated whether it translates what is hot
   * @param arena holds its memory
   */
  MicroMachine(Part part, boolean translated, Arena arena) throws IOException {
    MachineConfig config =
        new MachineConfig(
            MEMORY_BYTES,
            1,
            List.of(),
            false,
            MachineConfig.DEFAULT_INSTRUCTIONS_PER_TICK,
            MachineConfig.DEFAULT_TURN_INSTRUCTIONS);
    MemorySegment memory = arena.allocate(MEMORY_BYTES, 4096);
    machine =
        new Machine(
            config,
            memory,
            List.of(),
            Outputs.NONE,
            translated ? Translation.atOnce(THRESHOLD) : Translation.OFF);
    String commandLine = "rounds=1000000000000 warm=0 only=" + index(part);
    machine.load(new BootImage(null, null, image(), commandLine, new byte[32]));
    execute(BOOT_INSTRUCTIONS);
  }

  private static int index(Part part) {
    return switch (part) {
      case LOOP -> 0;
      case HIT -> 1;
      case MISS -> 2;
      case TRAP -> 3;
      case MMIO -> 4;
      case FP -> 5;
    };
  }

  private static byte[] image() throws IOException {
    try (InputStream in = MicroMachine.class.getResourceAsStream(IMAGE)) {
      if (in == null) {
        throw new IllegalStateException("no " + IMAGE + " on the class path");
      }
      return in.readAllBytes();
    }
  }

  /**
   * Executes so many instructions more.
   *
   * @return the machine's count
   * @throws IllegalStateException if the guest does not get that far
   */
  long execute(long instructions) {
    Stop stop = machine.run(machine.instructions() + instructions);
    if (stop != Stop.REACHED) {
      throw new IllegalStateException("the guest stops: " + stop + ", " + machine.exit());
    }
    return machine.instructions();
  }
}
