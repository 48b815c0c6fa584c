package org.replaymigrate.vkernel.device;

/** Every access a guest can think of. */
public final class AnyAccess {
  private AnyAccess() {}

  /** Loads and stores in every size at every offset of a window, none of which may throw. */
  public static void everywhere(MmioDevice device, long from, long to) {
    for (int size = 1; size <= 8; size *= 2) {
      for (long offset = from; offset + size <= to; offset++) {
        long value = device.load(offset, size);
        if (size < 8 && value >>> (8 * size) != 0) {
          throw new AssertionError(
              "load of " + size + " at " + offset + ": " + Long.toHexString(value));
        }
        device.store(offset, size, -1);
        device.store(offset, size, 0x5a5a_5a5a_0000_0000L | offset);
        device.store(offset, size, 0);
      }
    }
  }
}
