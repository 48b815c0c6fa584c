package org.replaymigrate.bench.migration;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * The guest's network: whoever connects gets the same UDP datagrams, in QEMU's stream framing,
 * {@value #BYTES_A_SECOND} bytes of frames a second. Who does not keep up loses some.
 */
final class FrameSource implements Closeable {
  /** Of whole frames, without their framing. */
  static final int BYTES_A_SECOND = 8_000_000;

  /** The card's address. */
  static final String MAC = "52:54:00:12:34:56";

  private static final int FRAME = 1414;
  private static final int ETHERNET = 14;
  private static final int IP = 20;
  private static final int UDP = 8;
  private static final int PORT = 9;
  private static final int BURST = 16;
  private static final long BURST_NANOS = 1_000_000_000L * BURST * FRAME / BYTES_A_SECOND;

  private static final class Peer {
    private final SocketChannel channel;

    /** What the channel had no room for. */
    private ByteBuffer rest = ByteBuffer.allocate(0);

    private Peer(SocketChannel channel) {
      this.channel = channel;
    }
  }

  private final ServerSocketChannel server;
  private final Path path;
  private final List<Peer> peers = new CopyOnWriteArrayList<>();
  private final Thread sender = Thread.ofPlatform().daemon().name("frames").unstarted(this::send);
  private volatile boolean closed;

  FrameSource(Path path) throws IOException {
    this.path = path;
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    Thread.ofPlatform().daemon().name("frames accept").start(this::accept);
    sender.start();
  }

  Path path() {
    return path;
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel channel = server.accept();
        channel.configureBlocking(false);
        peers.add(new Peer(channel));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void send() {
    byte[] burst = burst();
    ByteBuffer unread = ByteBuffer.allocate(1 << 16);
    long next = System.nanoTime();
    while (!closed) {
      for (Peer peer : peers) {
        try {
          offer(peer, burst);
          unread.clear();
          if (peer.channel.read(unread) < 0) {
            drop(peer);
          }
        } catch (IOException e) {
          drop(peer);
        }
      }
      next += BURST_NANOS;
      LockSupport.parkNanos(next - System.nanoTime());
    }
  }

  private static void offer(Peer peer, byte[] burst) throws IOException {
    if (!peer.rest.hasRemaining()) {
      peer.rest = ByteBuffer.wrap(burst);
    }
    peer.channel.write(peer.rest);
  }

  private void drop(Peer peer) {
    peers.remove(peer);
    try {
      peer.channel.close();
    } catch (IOException e) {
      // Gone all the same.
    }
  }

  private static byte[] burst() {
    ByteBuffer all = ByteBuffer.allocate(BURST * (4 + FRAME));
    for (int i = 0; i < BURST; i++) {
      all.putInt(FRAME).put(frame(i));
    }
    return all.array();
  }

  /** Content that does not compress away: a receiver's bytes seldom do. */
  private static byte[] frame(int number) {
    ByteBuffer frame = ByteBuffer.allocate(FRAME);
    for (String part : List.of(MAC.split(":"))) {
      frame.put((byte) Integer.parseInt(part, 16));
    }
    frame.put(new byte[] {0x52, 0x54, 0, 0x77, 0x77, 0x77}).putShort((short) 0x0800);
    ByteBuffer ip = frame.slice(ETHERNET, IP);
    ip.putShort((short) 0x4500).putShort((short) (FRAME - ETHERNET)).putInt(0);
    ip.put((byte) 64).put((byte) 17).putShort((short) 0);
    ip.putInt(0x0a000202).putInt(0x0a00020f);
    ip.putShort(10, checksum(ip));
    frame.position(ETHERNET + IP);
    frame.putShort((short) 7).putShort((short) PORT);
    frame.putShort((short) (FRAME - ETHERNET - IP)).putShort((short) 0);
    long state = 88172645463325252L + number;
    while (frame.remaining() >= UDP) {
      state ^= state << 13;
      state ^= state >>> 7;
      state ^= state << 17;
      frame.putLong(state);
    }
    return frame.array();
  }

  private static short checksum(ByteBuffer header) {
    int sum = 0;
    for (int i = 0; i < IP; i += 2) {
      sum += header.getShort(i) & 0xffff;
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (short) ~((sum & 0xffff) + (sum >>> 16));
  }

  @Override
  public void close() throws IOException {
    closed = true;
    server.close();
    LockSupport.unpark(sender);
    peers.forEach(this::drop);
    Files.deleteIfExists(path);
  }
}
