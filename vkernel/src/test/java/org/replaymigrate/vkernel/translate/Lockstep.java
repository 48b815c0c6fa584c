package org.replaymigrate.vkernel.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.MachineState;
import org.replaymigrate.vkernel.Stop;
import org.replaymigrate.vkernel.board.BootImage;
import org.replaymigrate.vkernel.cpu.Hart;
import org.replaymigrate.vkernel.cpu.HartState;
import org.replaymigrate.vkernel.port.Outputs;

/**
 * The same guest twice, interpreted and translated at once: whenever both have executed as many
 * instructions, they must be in the same state.
 */
public final class Lockstep {
  private final Machine interpreted;
  private final Machine translated;
  private final String what;

  /**
   * @param image entered in M-mode at the start of RAM
   * @param memories one for each machine, zero-filled
   * @param instructionsPerTick of guest time
   * @param what is said of a difference
   */
  public Lockstep(
      byte[] image,
      Translation translation,
      List<MemorySegment> memories,
      int instructionsPerTick,
      String what) {
    this.interpreted = machine(image, Translation.OFF, memories.getFirst(), instructionsPerTick);
    this.translated = machine(image, translation, memories.getLast(), instructionsPerTick);
    this.what = what;
  }

  private static Machine machine(
      byte[] image, Translation translation, MemorySegment memory, int instructionsPerTick) {
    MachineConfig config =
        new MachineConfig(memory.byteSize(), 1, List.of(), false, instructionsPerTick, 20_000);
    Machine machine = new Machine(config, memory, List.of(), Outputs.NONE, translation);
    machine.load(new BootImage(null, null, image, "", new byte[32]));
    return machine;
  }

  /** Changes memory of both. */
  public void poke(long address, long value) {
    interpreted.ram().putLong(address, value);
    translated.ram().putLong(address, value);
  }

  /**
   * Runs both to the end of the guest, and compares them at random counts and memory at the end.
   *
   * @param most instructions between two comparisons
   */
  public void run(long seed, int most, long limit) {
    SplittableRandom random = new SplittableRandom(seed);
    long count = 0;
    Stop stop = Stop.REACHED;
    while (stop == Stop.REACHED && count < limit) {
      count += 1 + random.nextInt(random.nextInt(8) == 0 ? most : 300);
      stop = interpreted.run(count);
      assertEquals(stop, translated.run(count), what + " at " + count);
      assertEquals(
          describe(interpreted.save()),
          describe(translated.save()),
          what + " at " + interpreted.instructions());
    }
    assertEquals(Stop.HALTED, stop);
    assertEquals(-1, interpreted.ram().memory().mismatch(translated.ram().memory()));
  }

  /** An integer register, which both agree about. */
  public long x(int number) {
    return translated.save().harts().getFirst().x()[number];
  }

  /** A doubleword of memory. */
  public long peek(long address) {
    return translated.ram().getLong(address);
  }

  /** Of the instructions that the translated machine has executed, how many were translated. */
  public double share() {
    Hart hart = translated.harts().list().getFirst();
    return hart.translated() / (double) hart.executed();
  }

  private static String describe(MachineState state) {
    StringBuilder text = new StringBuilder();
    text.append(state.instructions()).append(' ').append(state.outputDigest());
    for (HartState hart : state.harts()) {
      text.append(" pc ").append(Long.toHexString(hart.pc()));
      for (int i = 0; i < 32; i++) {
        text.append(" x").append(i).append(' ').append(Long.toHexString(hart.x()[i]));
      }
      for (int i = 0; i < 32; i++) {
        text.append(" f").append(i).append(' ').append(Long.toHexString(hart.f()[i]));
      }
      text.append(" executed ").append(hart.executed()).append(" csrs");
      for (long csr : hart.csrs()) {
        text.append(' ').append(Long.toHexString(csr));
      }
      text.append(" reservation ").append(hart.reservation());
    }
    return text.toString();
  }
}
