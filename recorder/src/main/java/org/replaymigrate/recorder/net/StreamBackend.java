package org.replaymigrate.recorder.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network card's wire to a peer that speaks QEMU's stream framing, such as {@code passt} or
 * another machine. It connects, and connects again when the peer goes away; in between, and when
 * the peer does not keep up, frames are lost.
 *
 * <pre>
 *   Outlet.frame ─▶ send ─▶ queue, bounded ─▶ writer thread ─▶ peer
 *   InputQueue.frame ◀────────────────────── reader thread ◀─ peer
 * </pre>
 */
public final class StreamBackend implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamBackend.class);
  private static final int MAX_QUEUED = 1024;
  private static final long[] ANNOUNCEMENT_PAUSES_MILLIS = {0, 50, 150, 250, 350};
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;

  private final NetSpec spec;
  private final Consumer<byte[]> received;
  private final ArrayBlockingQueue<byte[]> outgoing = new ArrayBlockingQueue<>(MAX_QUEUED);
  private final AtomicLong lost = new AtomicLong();
  private final Thread reader;
  private volatile byte @Nullable [] announcement;
  private volatile boolean connected;
  private volatile boolean closed;
  private @Nullable SocketChannel channel;

  /**
   * Nothing happens before {@link #start}.
   *
   * @param received takes frames that come in; called on a thread of the back end, must not block
   */
  public StreamBackend(NetSpec spec, Consumer<byte[]> received) {
    this.spec = spec;
    this.received = received;
    this.reader = Thread.ofVirtual().name("net " + spec.target()).unstarted(this::run);
  }

  /**
   * Has the network told, on the first connection, that the card is here now; before {@link
   * #start}. Several times, since frames get lost.
   *
   * @param mac the card's address
   */
  public void announce(long mac) {
    announcement = Announcement.of(mac);
  }

  /** Begins to connect. */
  public void start() {
    reader.start();
  }

  /** Sends a frame, or loses it. Never blocks; for one thread at a time. */
  public void send(byte[] frame) {
    if (frame.length == 0 || frame.length > FrameStream.MAX_FRAME) {
      lost.incrementAndGet();
    } else if (!connected || !outgoing.offer(frame)) {
      lost.incrementAndGet();
    }
  }

  /** How many frames the guest has sent that nobody got. */
  public long lost() {
    return lost.get();
  }

  public boolean isConnected() {
    return connected;
  }

  private void run() {
    long pause = FIRST_PAUSE_MILLIS;
    boolean complained = false;
    try {
      while (!closed) {
        try (SocketChannel opened = connect()) {
          LOG.info("network: connected to {}", spec.target());
          pause = FIRST_PAUSE_MILLIS;
          complained = false;
          carry(opened);
        } catch (IOException | RuntimeException e) {
          if (!closed && !complained) {
            LOG.warn("network: {}: {}; trying again", spec.target(), reason(e));
            complained = true;
          }
        }
        Thread.sleep(pause);
        pause = Math.min(LONGEST_PAUSE_MILLIS, 2 * pause);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private SocketChannel connect() throws IOException {
    SocketAddress address = spec.address();
    if (address instanceof InetSocketAddress tcp && tcp.isUnresolved()) {
      throw new IOException("unknown host");
    }
    SocketChannel opened = SocketChannel.open(address);
    if (address instanceof InetSocketAddress) {
      opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
    synchronized (this) {
      if (!closed) {
        channel = opened;
        return opened;
      }
    }
    opened.close();
    throw new IOException("closed");
  }

  /** Both directions, until the connection breaks. */
  private void carry(SocketChannel opened) throws IOException, InterruptedException {
    FrameStream frames = new FrameStream(opened);
    outgoing.clear();
    connected = true;
    Thread announcer = Thread.ofVirtual().name("net announce").start(this::announce);
    Thread writer =
        Thread.ofVirtual().name("net out " + spec.target()).start(() -> write(frames, opened));
    try {
      while (true) {
        received.accept(frames.read());
      }
    } finally {
      connected = false;
      announcer.interrupt();
      writer.interrupt();
      writer.join();
    }
  }

  private void announce() {
    byte[] frame = announcement;
    announcement = null;
    if (frame == null) {
      return;
    }
    try {
      for (long pause : ANNOUNCEMENT_PAUSES_MILLIS) {
        Thread.sleep(pause);
        if (!outgoing.offer(frame)) {
          lost.incrementAndGet();
        }
      }
    } catch (InterruptedException e) {
      // The connection has broken.
    }
  }

  private void write(FrameStream frames, SocketChannel opened) {
    try (opened) {
      while (true) {
        byte[] frame = outgoing.take();
        while (frame != null) {
          if (!frames.hasRoom(frame.length)) {
            frames.flush();
          }
          frames.add(frame);
          frame = outgoing.poll();
        }
        frames.flush();
      }
    } catch (IOException | InterruptedException e) {
      // The reader, whose connection this closes, says why.
    }
  }

  /** Disconnects for good. */
  @Override
  public void close() throws IOException {
    closed = true;
    connected = false;
    synchronized (this) {
      if (channel != null) {
        channel.close();
      }
    }
    reader.interrupt();
  }
}
