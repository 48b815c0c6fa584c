package org.replaymigrate.vkernel.device;

import org.replaymigrate.vkernel.state.DeviceState;

/**
 * A device with memory-mapped registers. Accesses come in any size and alignment a guest can think
 * of, always within the window: a device answers the ones it does not know with 0 and ignores such
 * stores.
 */
public interface MmioDevice {
  /**
   * Reads a register.
   *
   * @param offset bytes from the start of the device's window
   * @param size 1, 2, 4 or 8 bytes
   * @return the value, zero-extended
   */
  long load(long offset, int size);

  /** Writes a register; {@code value} has garbage above {@code size} bytes. */
  void store(long offset, int size, long value);

  /** All state of the device. */
  DeviceState save();

  /**
   * Takes over a saved state and drives the interrupt lines accordingly.
   *
   * @throws org.replaymigrate.vkernel.state.InvalidStateException if it is of another device or
   *     impossible
   */
  void restore(DeviceState state);
}
