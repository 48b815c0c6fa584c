package org.replaymigrate.vkernel;

import java.util.List;
import org.replaymigrate.vkernel.memory.Ram;

/**
 * What a machine is made of: all that both ends of a migration must agree on before any state means
 * the same to them.
 *
 * @param memoryBytes RAM, a multiple of 2 MiB, 16 MiB to 1 TiB
 * @param harts 1..8
 * @param slots what sits in the virtio-mmio slots, in order; at most 8
 * @param builtinFirmware whether the SBI is the machine's own; false when M-mode belongs to a
 *     guest's firmware
 * @param instructionsPerTick how many executed instructions make guest time move by one tick of 100
 *     ns; 1..1000000
 * @param turnInstructions how long one hart executes before the next has its turn; 1000..10000000
 */
public record MachineConfig(
    long memoryBytes,
    int harts,
    List<Slot> slots,
    boolean builtinFirmware,
    int instructionsPerTick,
    int turnInstructions) {
  public static final int MAX_HARTS = 8;
  public static final int MAX_SLOTS = 8;
  public static final int DEFAULT_INSTRUCTIONS_PER_TICK = 100;
  public static final int DEFAULT_TURN_INSTRUCTIONS = 20_000;

  /** A device in a virtio-mmio slot. */
  public sealed interface Slot {
    /**
     * A disk.
     *
     * @param sizeBytes a multiple of 512, at least 512
     * @param serial what the guest reads as the disk's id; at most 20 ASCII characters
     */
    record Disk(long sizeBytes, boolean readOnly, String serial) implements Slot {}

    /**
     * A network card.
     *
     * @param mac its address, 48 bits, the first byte on the wire being the most significant
     */
    record Net(long mac) implements Slot {}

    /** An entropy source. */
    record Rng() implements Slot {}

    /** A console with one port. */
    record Console() implements Slot {}

    /** A power button. */
    record PowerButton() implements Slot {}
  }

  public MachineConfig {
    slots = List.copyOf(slots);
    require(
        memoryBytes >= 16L << 20
            && memoryBytes <= 1L << 40
            && memoryBytes % (512L * Ram.PAGE_SIZE) == 0,
        "memory of " + memoryBytes + " bytes: want a multiple of 2 MiB, at least 16 MiB");
    require(harts >= 1 && harts <= MAX_HARTS, harts + " harts: want 1 to " + MAX_HARTS);
    require(slots.size() <= MAX_SLOTS, slots.size() + " virtio devices: at most " + MAX_SLOTS);
    require(
        instructionsPerTick >= 1 && instructionsPerTick <= 1_000_000,
        instructionsPerTick + " instructions per tick: want 1 to 1000000");
    require(
        turnInstructions >= 1000 && turnInstructions <= 10_000_000,
        turnInstructions + " instructions a turn: want 1000 to 10000000");
    for (Slot slot : slots) {
      if (slot instanceof Slot.Disk disk) {
        require(
            disk.sizeBytes() >= 512 && disk.sizeBytes() % 512 == 0,
            "disk of " + disk.sizeBytes() + " bytes: want a multiple of 512");
        require(
            disk.serial().length() <= 20 && disk.serial().chars().allMatch(c -> c > 31 && c < 127),
            "disk serial: want at most 20 printable ASCII characters");
      } else if (slot instanceof Slot.Net net) {
        require(net.mac() >>> 48 == 0, "MAC address of more than 48 bits");
      }
    }
  }

  /** A machine with the built-in firmware and the usual timing. */
  public static MachineConfig of(long memoryBytes, int harts, List<Slot> slots) {
    return new MachineConfig(
        memoryBytes, harts, slots, true, DEFAULT_INSTRUCTIONS_PER_TICK, DEFAULT_TURN_INSTRUCTIONS);
  }

  private static void require(boolean valid, String message) {
    if (!valid) {
      throw new IllegalArgumentException(message);
    }
  }
}
