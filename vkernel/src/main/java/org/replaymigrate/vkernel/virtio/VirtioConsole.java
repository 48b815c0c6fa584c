package org.replaymigrate.vkernel.virtio;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.replaymigrate.vkernel.device.ByteQueue;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.state.DeviceState;
import org.replaymigrate.vkernel.state.InvalidStateException;

/** Console with one port (5.3), and with the emergency write that works before any driver. */
public final class VirtioConsole implements VirtioDevice {
  /** Typed bytes that wait for the driver's buffers. */
  public static final int BACKLOG = 4096;

  private static final int TYPE = 3;
  private static final int RECEIVE = 0;
  private static final int TRANSMIT = 1;
  private static final int FEATURE_EMERGENCY_WRITE = 2;
  private static final int EMERGENCY_WRITE = 8;

  private final int port;
  private final Outputs outputs;
  private final byte[] config = new byte[12];
  private final ByteQueue backlog = new ByteQueue(BACKLOG);
  private Transport transport = Detached.INSTANCE;

  /**
   * All state.
   *
   * @param backlog typed bytes the driver has not got, 0..255 each
   */
  public record State(int[] backlog) implements DeviceState {}

  /**
   * A console.
   *
   * @param port its number among the machine's consoles, from 1
   */
  public VirtioConsole(int port, Outputs outputs) {
    this.port = port;
    this.outputs = outputs;
  }

  /** How many bytes {@link #receive} takes now, 0..4096. */
  public int room() {
    return backlog.room();
  }

  /**
   * Bytes have been typed.
   *
   * @param bytes at most {@link #room()}
   */
  public void receive(byte[] bytes) {
    if (bytes.length > room()) {
      throw new IllegalArgumentException(bytes.length + " bytes typed, room for " + room());
    }
    for (byte b : bytes) {
      backlog.add(b & 0xff);
    }
    if (transport.live()) {
      deliver();
    }
  }

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public long features() {
    return 1L << FEATURE_EMERGENCY_WRITE;
  }

  @Override
  public int queues() {
    return 2;
  }

  @Override
  public byte[] config() {
    return config;
  }

  @Override
  public void storeConfig(long offset, int size, long value) {
    if (offset == EMERGENCY_WRITE) {
      outputs.console(port, (int) value & 0xff);
    }
  }

  @Override
  public void connect(Transport transport) {
    this.transport = transport;
  }

  @Override
  public void process(int index) {
    if (index == RECEIVE) {
      deliver();
    } else {
      transmit();
    }
  }

  private void deliver() {
    VirtQueue queue = transport.queue(RECEIVE);
    for (int waiting = queue.available(); waiting > 0 && backlog.size() > 0; waiting--) {
      Chain buffer = queue.peek();
      if (buffer == null) {
        break;
      }
      if (buffer.writableBytes() == 0) {
        transport.fail();
        break;
      }
      byte[] part = new byte[(int) Math.min(buffer.writableBytes(), backlog.size())];
      for (int i = 0; i < part.length; i++) {
        part[i] = (byte) backlog.remove();
      }
      buffer.write(0, part, 0, part.length);
      queue.use(buffer, part.length);
    }
    queue.publish();
  }

  private void transmit() {
    VirtQueue queue = transport.queue(TRANSMIT);
    for (int waiting = queue.available(); waiting > 0; waiting--) {
      Chain buffer = queue.peek();
      if (buffer == null) {
        break;
      }
      buffer.eachReadable(0, buffer.readableBytes(), (at, part) -> print(part));
      queue.use(buffer, 0);
    }
    queue.publish();
  }

  private void print(MemorySegment bytes) {
    for (long i = 0; i < bytes.byteSize(); i++) {
      outputs.console(port, bytes.get(ValueLayout.JAVA_BYTE, i) & 0xff);
    }
  }

  @Override
  public void reset() {}

  @Override
  public DeviceState save() {
    return new State(backlog.save());
  }

  @Override
  public void restore(DeviceState state) {
    if (!(state instanceof State s)) {
      throw new InvalidStateException("console: state of another device");
    }
    for (int b : s.backlog) {
      InvalidStateException.require(b >= 0 && b <= 0xff, "console: typed byte " + b);
    }
    backlog.restore(s.backlog, "console backlog");
  }
}
