package org.replaymigrate.vkernel.virtio;

import org.replaymigrate.vkernel.device.MmioDevice;
import org.replaymigrate.vkernel.state.DeviceState;
import org.replaymigrate.vkernel.state.InvalidStateException;

/**
 * A virtio-mmio slot with nothing in it: device type 0, which drivers pass by in silence (4.2.2).
 */
public final class EmptySlot implements MmioDevice {
  /** Nothing is kept here. */
  public record State() implements DeviceState {}

  @Override
  public long load(long offset, int size) {
    if (size != 4) {
      return 0;
    }
    return switch ((int) offset) {
      case VirtioMmio.MAGIC -> VirtioMmio.MAGIC_VALUE;
      case VirtioMmio.VERSION_REGISTER -> VirtioMmio.VERSION;
      case VirtioMmio.VENDOR -> VirtioMmio.VENDOR_ID;
      default -> 0;
    };
  }

  @Override
  public void store(long offset, int size, long value) {}

  @Override
  public DeviceState save() {
    return new State();
  }

  @Override
  public void restore(DeviceState state) {
    if (!(state instanceof State)) {
      throw new InvalidStateException("empty virtio slot: state of a device");
    }
  }
}
