package org.replaymigrate.vkernel.virtio;

import static org.replaymigrate.vkernel.state.InvalidStateException.require;

import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.port.HostCall;
import org.replaymigrate.vkernel.state.DeviceState;
import org.replaymigrate.vkernel.state.InvalidStateException;

/**
 * Entropy source (5.4). Random bytes are the host's, so each buffer becomes a host call: {@link
 * #process} poses it, {@link #entropy} completes the buffer, and {@link #process} goes on.
 */
public final class VirtioRng implements VirtioDevice {
  /** Bytes a request gets at most, however large its buffer: entropy is recorded. */
  public static final int MAX_BYTES = 256;

  private static final int TYPE = 4;
  private static final byte[] NO_CONFIG = {};

  private final int slot;
  private int pending;
  private Transport transport = Detached.INSTANCE;

  /**
   * All state.
   *
   * @param pending bytes the host has been asked for, 0 when it has not
   */
  public record State(int pending) implements DeviceState {}

  /**
   * An entropy source.
   *
   * @param slot where it sits, for the host call
   */
  public VirtioRng(int slot) {
    this.slot = slot;
  }

  @Override
  public @Nullable HostCall hostCall() {
    return pending > 0 ? new HostCall.Entropy(slot, pending) : null;
  }

  /**
   * The host's answer.
   *
   * @param bytes exactly as many as were asked for
   */
  public void entropy(byte[] bytes) {
    if (pending == 0 || bytes.length != pending) {
      throw new IllegalArgumentException(bytes.length + " random bytes, asked for " + pending);
    }
    pending = 0;
    VirtQueue queue = transport.queue(0);
    Chain buffer = queue.peek();
    if (buffer != null) {
      int part = (int) Math.min(buffer.writableBytes(), bytes.length);
      buffer.write(0, bytes, 0, part);
      queue.use(buffer, part);
      queue.publish();
    }
  }

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public long features() {
    return 0;
  }

  @Override
  public int queues() {
    return 1;
  }

  @Override
  public byte[] config() {
    return NO_CONFIG;
  }

  @Override
  public void connect(Transport transport) {
    this.transport = transport;
  }

  @Override
  public void process(int index) {
    Chain buffer = transport.queue(0).peek();
    if (buffer == null) {
      return;
    }
    if (buffer.writableBytes() == 0) {
      transport.fail();
      return;
    }
    pending = (int) Math.min(MAX_BYTES, buffer.writableBytes());
  }

  @Override
  public void reset() {
    pending = 0;
  }

  @Override
  public DeviceState save() {
    return new State(pending);
  }

  @Override
  public void restore(DeviceState state) {
    if (!(state instanceof State s)) {
      throw new InvalidStateException("entropy source: state of another device");
    }
    require(
        s.pending >= 0 && s.pending <= MAX_BYTES && (s.pending == 0 || transport.live()),
        "entropy source: " + s.pending + " bytes asked for");
    pending = s.pending;
  }
}
