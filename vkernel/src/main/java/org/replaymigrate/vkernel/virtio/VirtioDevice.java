package org.replaymigrate.vkernel.virtio;

import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.port.HostCall;
import org.replaymigrate.vkernel.state.DeviceState;

/**
 * What is behind a transport: its type, features and configuration, and what it does with buffers.
 */
public interface VirtioDevice {
  /** What a device may ask of the transport it is behind. */
  interface Transport {
    /** Whether the driver is up (DRIVER_OK) and the device has not failed. */
    boolean live();

    /** Whether the driver has accepted the feature bit. */
    boolean negotiated(int feature);

    /** A queue, by its index. */
    VirtQueue queue(int index);

    /** The driver has broken the rules: the device does no more until it is reset (2.1.2). */
    void fail();
  }

  /** Device type (section 5). */
  int type();

  /** Device-specific feature bits that are offered; the ring and transport ones are not here. */
  long features();

  /** How many queues it has; 1..32. */
  int queues();

  /** Configuration space as it is now; the transport only reads it. */
  byte[] config();

  /** The driver stores to configuration space; offsets and sizes are unchecked. */
  default void storeConfig(long offset, int size, long value) {}

  /** Puts the device behind its transport; once. */
  void connect(Transport transport);

  /**
   * Serves the buffers available in a queue. Called between two instructions, and again with the
   * same queue after an exception or a host call.
   *
   * @throws org.replaymigrate.vkernel.port.HostFault if the host cannot serve it now
   */
  void process(int queue);

  /** What must be answered before {@link #process} can go on. */
  default @Nullable HostCall hostCall() {
    return null;
  }

  /** The driver has reset the device. */
  void reset();

  /** All state that the transport does not hold. */
  DeviceState save();

  /**
   * Takes over a saved state; the transport's is already in place.
   *
   * @throws org.replaymigrate.vkernel.state.InvalidStateException if it is impossible
   */
  void restore(DeviceState state);
}
