package org.replaymigrate.protocol.link;

import java.io.Closeable;
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
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A link to a port of this machine with faults that a plan asks for: it is cut, stalls, loses,
 * damages or swaps pieces. A piece is a frame of the wire, or with TLS, where there are none to be
 * seen, whatever has come.
 */
public final class FaultyLink implements Closeable {
  /** What becomes of a piece. */
  public enum Fate {
    PASS,
    /** The connection ends, in both directions, and the piece does not come through. */
    CUT_BEFORE,
    /** The connection ends, in both directions, when the piece has come through. */
    CUT_BEHIND,
    /** The piece does not come through, and nothing says so. */
    LOSE,
    /** One bit of it is another. */
    DAMAGE,
    /** It comes through behind the next one. */
    SWAP,
    /**
     * A bit of its content is another, and its checksum is right. Only of frames on the first
     * connection; else it is damaged.
     */
    LIE,
    /** From here on nothing comes through in either direction, and the connection stays open. */
    STALL
  }

  /**
   * A piece that has come.
   *
   * @param connection from 0, in the order in which they were opened
   * @param forth whether it goes to the port, rather than back
   * @param id of the message, if it is a frame; else 0
   * @param index from 0, of the connection and the direction
   * @param bytes its length
   * @param total of all pieces in this direction, of all connections, this one included
   */
  public record Piece(int connection, boolean forth, int id, long index, int bytes, long total) {}

  /** Decides. Called by several threads. */
  public interface Plan {
    Fate fate(Piece piece);
  }

  private static final int HEADER = 8;
  private static final int MOST = 1 << 20;
  private static final int FIRST_OF_LINK = 60;
  private static final int PIECE = 1024;

  private final ServerSocket server;
  private volatile InetSocketAddress target;
  private final boolean frames;
  private final Plan plan;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger faults = new AtomicInteger();
  private final AtomicLong forth = new AtomicLong();
  private final AtomicLong back = new AtomicLong();
  private final CountDownLatch first = new CountDownLatch(2);
  private final Set<Socket> open = Collections.synchronizedSet(new HashSet<>());

  private FaultyLink(int port, boolean frames, Plan plan) throws IOException {
    this.server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    this.target = at(port);
    this.frames = frames;
    this.plan = plan;
    Thread.ofVirtual().name("link").start(this::accept);
  }

  /** A link that carries the frames of the wire. */
  public static FaultyLink ofFrames(int port, Plan plan) throws IOException {
    return new FaultyLink(port, true, plan);
  }

  /** A link that carries anything. */
  public static FaultyLink ofBytes(int port, Plan plan) throws IOException {
    return new FaultyLink(port, false, plan);
  }

  /** Its near end, on this machine. */
  public int port() {
    return server.getLocalPort();
  }

  private static InetSocketAddress at(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** Connections from now on go to another port. */
  public void leadTo(int port) {
    target = at(port);
  }

  /** How many pieces have not simply passed. */
  public int faults() {
    return faults.get();
  }

  /** How many connections were opened. */
  public int connections() {
    return connections.get();
  }

  /** Waits until both ends have let go of the first connection; false if they do not. */
  public boolean awaitEndOfFirst() throws InterruptedException {
    return first.await(1, TimeUnit.MINUTES);
  }

  private void accept() {
    try {
      while (true) {
        Socket near = server.accept();
        open.add(near);
        Socket far = new Socket();
        try {
          far.connect(target);
        } catch (IOException e) {
          near.close();
          continue;
        }
        open.add(far);
        Connection connection = new Connection(connections.getAndIncrement(), near, far);
        Thread.ofVirtual().start(() -> connection.carry(near, far, true));
        Thread.ofVirtual().start(() -> connection.carry(far, near, false));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  /** One connection: two sockets, two threads. */
  private final class Connection {
    private final int number;
    private final Socket near;
    private final Socket far;
    private volatile boolean cut;
    private volatile boolean stalled;

    Connection(int number, Socket near, Socket far) {
      this.number = number;
      this.near = near;
      this.far = far;
    }

    void carry(Socket from, Socket to, boolean toTarget) {
      try {
        DataInputStream in = new DataInputStream(from.getInputStream());
        OutputStream out = to.getOutputStream();
        byte @Nullable [] late = null;
        long counted = 0;
        for (long index = 0; !cut; index++) {
          byte[] piece = frames ? frame(in) : piece(in);
          long total = (toTarget ? forth : back).addAndGet(piece.length);
          int id = frames ? piece[HEADER] : 0;
          Fate fate = plan.fate(new Piece(number, toTarget, id, index, piece.length, total));
          if (fate != Fate.PASS) {
            faults.incrementAndGet();
          }
          switch (fate) {
            case PASS, CUT_BEHIND, LOSE, SWAP -> {}
            case CUT_BEFORE -> cut = true;
            case DAMAGE -> piece[piece.length - 1] ^= 1;
            case LIE -> piece = lie(piece, counted);
            case STALL -> stalled = true;
          }
          counted += id < FIRST_OF_LINK ? 1 : 0;
          while (stalled && !near.isClosed() && !far.isClosed()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
          }
          if (cut) {
            break;
          }
          if (fate == Fate.SWAP) {
            late = piece;
            continue;
          }
          if (fate != Fate.LOSE) {
            out.write(piece);
          }
          if (late != null) {
            out.write(late);
            late = null;
          }
          cut |= fate == Fate.CUT_BEHIND;
        }
        // Not a reset, which would take back what has been delivered and not yet been read.
        near.shutdownOutput();
        far.shutdownOutput();
        drain(in);
      } catch (IOException e) {
        // Whoever closed it knows why.
      } finally {
        end(to);
        if (number == 0) {
          first.countDown();
        }
      }
    }
  }

  /** The same frame with another bit in the middle, as somebody would send it who means that. */
  private byte[] lie(byte[] frame, long number) {
    frame[HEADER + (frame.length - HEADER) / 2] ^= 1;
    boolean known = frames && connections.get() == 1;
    byte[] message = Arrays.copyOfRange(frame, HEADER, frame.length);
    return known ? Frame.of(message, message.length, number) : frame;
  }

  private static byte[] piece(InputStream in) throws IOException {
    byte[] piece = new byte[PIECE];
    int length = in.read(piece);
    if (length < 0) {
      throw new EOFException();
    }
    return Arrays.copyOf(piece, length);
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
    byte[] frame = Arrays.copyOf(header, HEADER + length);
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
    for (Socket socket : Set.copyOf(open)) {
      socket.close();
    }
  }
}
