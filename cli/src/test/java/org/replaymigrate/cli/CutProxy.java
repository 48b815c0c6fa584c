package org.replaymigrate.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A wire between two hosts that breaks at a message: the first connection at the first message of a
 * kind, before or after it has come through. Later connections are left alone.
 */
final class CutProxy implements AutoCloseable {
  private static final int HEADER = 8;
  private static final int MOST = 1 << 20;

  private final ServerSocket server;
  private final InetSocketAddress destination;
  private final int message;
  private final boolean deliver;
  private final AtomicInteger connections = new AtomicInteger();
  private final CountDownLatch over = new CountDownLatch(2);
  private volatile boolean cut;
  private volatile long heldMillis;

  /**
   * @param port where the destination listens
   * @param message id of the message to cut at
   * @param deliver whether it still comes through
   */
  CutProxy(int port, int message, boolean deliver) throws IOException {
    this.server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    this.destination = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.message = message;
    this.deliver = deliver;
    Thread.ofVirtual().name("proxy").start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Whether it has come to that. */
  boolean hasCut() {
    return cut;
  }

  /** Holds the message up instead, for so long, and lets everything through. */
  CutProxy holdingUp(long millis) {
    heldMillis = millis;
    return this;
  }

  /** Waits until both hosts have let go of the connection that broke. */
  void awaitEnd() throws InterruptedException {
    assertTrue(over.await(1, TimeUnit.MINUTES), "a connection that does not end");
  }

  private void accept() {
    try {
      while (true) {
        Socket source = server.accept();
        Socket onward = new Socket();
        try {
          onward.connect(destination);
        } catch (IOException e) {
          source.close();
          continue;
        }
        boolean fragile = connections.getAndIncrement() == 0;
        Thread.ofVirtual().start(() -> carry(source, onward, fragile));
        Thread.ofVirtual().start(() -> carry(onward, source, fragile));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void carry(Socket from, Socket to, boolean fragile) {
    try {
      DataInputStream in = new DataInputStream(from.getInputStream());
      OutputStream out = to.getOutputStream();
      while (!(fragile && cut)) {
        byte[] frame = frame(in);
        boolean here = fragile && frame[HEADER] == message;
        if (here && heldMillis > 0) {
          LockSupport.parkNanos(heldMillis * 1_000_000);
          here = false;
        }
        if (fragile && cut || here && !deliver) {
          cut = true;
          break;
        }
        out.write(frame);
        cut |= here;
      }
      // Not a reset, which would take back what has been delivered and not yet been read.
      from.shutdownOutput();
      to.shutdownOutput();
      drain(in);
    } catch (IOException e) {
      // Whoever closed it knows why.
    } finally {
      end(to);
      if (fragile) {
        over.countDown();
      }
    }
  }

  private static byte[] frame(DataInputStream in) throws IOException {
    byte[] header = in.readNBytes(HEADER);
    if (header.length < HEADER) {
      throw new EOFException();
    }
    int length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (length < 1 || length > MOST) {
      throw new IOException("frame of " + length);
    }
    byte[] frame = new byte[HEADER + length];
    System.arraycopy(header, 0, frame, 0, HEADER);
    in.readFully(frame, HEADER, length);
    return frame;
  }

  private static void drain(InputStream in) throws IOException {
    byte[] rest = new byte[4096];
    while (in.read(rest) >= 0) {
      // What comes behind a cut is lost.
    }
  }

  private static void end(Socket socket) {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      // It has ended already.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
