package org.replaymigrate.protocol.fault;

import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.memory.Ram;

/**
 * A bit of RAM that turns over by itself. A process that was started with {@code
 * -Dreplay-migrate.flip-bit=OFFSET}, bytes from the start of RAM, has it happen to the first
 * vkernel that it receives or replays, before the first event: a replay that goes wrong.
 */
public final class BitFlip {
  private static final @Nullable Long OFFSET = Long.getLong("replay-migrate.flip-bit");

  private BitFlip() {}

  static boolean isArmed() {
    return OFFSET != null;
  }

  /** It turns over if it was told to. */
  public static void reached(Ram ram) {
    if (OFFSET != null) {
      long address = Ram.BASE + OFFSET;
      ram.putByte(address, (byte) (ram.getByte(address) ^ 1));
    }
  }
}
