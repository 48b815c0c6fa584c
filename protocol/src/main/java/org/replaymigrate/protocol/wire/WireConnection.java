package org.replaymigrate.protocol.wire;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.link.Carrier;
import org.replaymigrate.protocol.link.Dialer;
import org.replaymigrate.protocol.tls.LinkRefusal;

/**
 * A conversation between two hosts. Any thread may send; one thread receives. It outlives the
 * connections of the network that carry it: both sides number their frames, acknowledge those of
 * the other, and keep what is not acknowledged, so that after a cut the source dials again and both
 * go on where they were. Whoever sends and receives notices nothing but the time that takes; only
 * when there is no carrier for too long, this ends.
 *
 * <pre>
 *   send ─▶ Outbox ─▶ writer ─▶ Carrier ═════ network ═════ Carrier ─▶ reader ─▶ inbox ─▶ receive
 *              ▲                   ▲                           │
 *              └─ acknowledged     └──── Mender ◀── broken ────┘
 * </pre>
 *
 * Once the destination has said Welcome, each side says at least every second that it is alive. A
 * link on which nothing at all comes for five seconds is taken for broken, other than while this
 * side itself does not read because its user is busy.
 */
public final class WireConnection implements Closeable {
  private static final int SILENCE_MILLIS = 5_000;

  /** Before the first heartbeat: the other side answers when it has made room. */
  private static final int EARLY_SILENCE_MILLIS = 30_000;

  /** What may have come before it is received; then the other side has to wait. */
  private static final int INBOX_BYTES = 1 << 20;

  /** How long the other side may take to hear what was said last. */
  private static final int LINGER_MILLIS = 2_000;

  private static final long MOST_PATIENCE_MILLIS = TimeUnit.HOURS.toMillis(1);

  private final String peer;
  private final Mender mender;

  // All of the following is guarded by this; nothing waits for the network while it is locked.
  private final WireFrames frames = new WireFrames();
  private final Pulse pulse = new Pulse();
  private final Outbox outbox = new Outbox();
  private final Deque<Arrived> inbox = new ArrayDeque<>();
  private long inboxBytes;
  private @Nullable Carrier carrier;
  private long flushed;
  private long received;
  private long patienceNanos;
  private boolean closing;
  private boolean released;
  private @Nullable IOException over;
  private long sent;
  private long repeated;
  private long breaks;

  /** A message that waits to be received. */
  private record Arrived(WireMessage message, int bytes) {}

  private WireConnection(String peer, Mender mender) {
    this.peer = peer;
    this.mender = mender;
    this.patienceNanos = mender.patienceNanos();
  }

  /** A conversation that ends with its carrier, which this closes. */
  public static WireConnection over(Carrier carrier) {
    WireConnection connection = new WireConnection(carrier.peer(), Mender.NONE);
    connection.start(carrier);
    return connection;
  }

  /**
   * Opens the conversation of a transfer.
   *
   * @param longest after which no broken link is mended any more
   */
  public static WireConnection dial(Dialer dialer, UUID transfer, Duration longest)
      throws IOException {
    Carrier carrier = dialer.dial();
    WireConnection connection =
        new WireConnection(
            carrier.peer(), new Redial(dialer, transfer, System.nanoTime() + longest.toNanos()));
    connection.start(carrier);
    return connection;
  }

  /** A conversation that the other side has opened, with the frame that has come already. */
  static WireConnection accepted(Carrier carrier, WireMessage first, Mender mender) {
    WireConnection connection = new WireConnection(carrier.peer(), mender);
    connection.inbox.add(new Arrived(first, 0));
    connection.received = 1;
    connection.start(carrier);
    return connection;
  }

  private void start(Carrier first) {
    carrier = first;
    Thread.ofPlatform().daemon().name("from " + peer).start(() -> live(first));
    Thread.ofPlatform().daemon().name("to " + peer).start(this::write);
  }

  /** The other end, for messages. */
  public String peer() {
    return peer;
  }

  /** Bytes of the messages sent so far, each counted once. */
  public synchronized long bytesSent() {
    return sent;
  }

  /** Bytes of them that the peer has. */
  public synchronized long bytesAcknowledged() {
    return sent - outbox.bytes();
  }

  /** Bytes that were sent once more because a link broke. */
  public synchronized long bytesRepeated() {
    return repeated;
  }

  /** All that was given to the network or will be, but for heartbeats. */
  public synchronized long bytesTransferred() {
    return sent + repeated;
  }

  /** How often a link has broken and was mended. */
  public synchronized long breaks() {
    return breaks;
  }

  /** Frames that the peer has, of those sent; the rest is under way, or waits. */
  public synchronized long acknowledged() {
    return outbox.base();
  }

  /** Whether there is a link now; else what is sent waits until one has been made again. */
  public synchronized boolean isWhole() {
    return carrier != null;
  }

  /** There and back, as last measured, nanoseconds; -1 before. */
  public synchronized long roundTripNanos() {
    return pulse.roundTripNanos();
  }

  /** How long this side waits for a link to be mended, milliseconds. */
  public synchronized long patienceMillis() {
    return TimeUnit.NANOSECONDS.toMillis(patienceNanos);
  }

  /** Sends a message, and waits until the network has it, or has to be mended first. */
  public void send(WireMessage message) throws IOException {
    send(message, true);
  }

  /**
   * Sends a message; waits for room. Abort and Refuse go before whatever waits, and in its place.
   *
   * @param flush whether to wait until the network has it, if there is one; not for long if it is
   *     the last word
   */
  public synchronized void send(WireMessage message, boolean flush) throws IOException {
    boolean last = message instanceof WireMessage.Abort || message instanceof WireMessage.Refuse;
    if (last) {
      outbox.dropUnwritten();
    }
    while (!last && !outbox.hasRoom() && !isEnding()) {
      pause(0);
    }
    if (isEnding()) {
      throw ending();
    }
    long number = outbox.end();
    byte[] frame = frames.frame(message, number);
    outbox.add(frame);
    sent += frame.length;
    if (message instanceof WireMessage.Welcome) {
      pulse.begin();
    }
    notifyAll();
    long patience = TimeUnit.MILLISECONDS.toNanos(last ? LINGER_MILLIS : Integer.MAX_VALUE);
    long start = System.nanoTime();
    while (flush
        && flushed <= number
        && carrier != null
        && !isEnding()
        && System.nanoTime() - start < patience) {
      pause(LINGER_MILLIS);
    }
  }

  /**
   * Waits for the next message, or for the end of the connection.
   *
   * @param timeoutMillis after which {@link java.net.SocketTimeoutException} is thrown; 0: none
   * @return null if the peer has closed the connection
   * @throws FormatException.Corrupt if what comes is no message
   */
  public @Nullable WireMessage receiveOrEnd(int timeoutMillis) throws IOException {
    try {
      return receive(timeoutMillis);
    } catch (EOFException e) {
      return null;
    }
  }

  /**
   * Waits for the next message.
   *
   * @param timeoutMillis after which {@link SocketTimeoutException} is thrown, not counting the
   *     time without a link; 0: none
   * @throws EOFException if the peer has ended the conversation
   * @throws FormatException.Corrupt if what comes is no message
   */
  public synchronized WireMessage receive(int timeoutMillis) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    while (inbox.isEmpty()) {
      if (isEnding()) {
        throw ending();
      }
      if (timeoutMillis == 0) {
        pause(0);
        continue;
      }
      if (carrier == null) {
        deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
      }
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw new SocketTimeoutException(peer + ": has said nothing for " + timeoutMillis + " ms");
      }
      pause(Math.min(left, SILENCE_MILLIS));
    }
    Arrived next = inbox.remove();
    inboxBytes -= next.bytes;
    notifyAll();
    return next.message;
  }

  /** Whether the conversation has ended, or this side has ended it. */
  public synchronized boolean isOver() {
    return isEnding();
  }

  private boolean isEnding() {
    return closing || over != null;
  }

  private IOException ending() {
    IOException why = over;
    return why == null ? new SocketException(peer + ": closed here") : why;
  }

  @SuppressWarnings("WaitNotInLoop") // whoever calls it does so in one
  private void pause(long millis) throws InterruptedIOException {
    try {
      wait(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(peer + ": interrupted");
    }
  }

  // The reader.

  private void live(Carrier first) {
    try {
      Carrier now = first;
      long brokenAt = 0;
      long progressBefore = -1;
      while (true) {
        IOException why = hear(now);
        now.close();
        long patience;
        synchronized (this) {
          carrier = null;
          notifyAll();
          if (isEnding() || !isMendable(why)) {
            break;
          }
          // A link that breaks again before anything has come through has never been whole.
          long progress = received + outbox.base();
          if (progress != progressBefore) {
            brokenAt = System.nanoTime();
            progressBefore = progress;
          }
          patience = patienceNanos - (System.nanoTime() - brokenAt);
        }
        Mender.Mended mended = mender.mend(received(), patience, why);
        now = mended.carrier();
        synchronized (this) {
          if (closing) {
            break;
          }
          repeated += outbox.rewind(mended.wanted());
          breaks++;
          carrier = now;
          notifyAll();
        }
      }
      now.close();
    } catch (Redial.Refused e) {
      synchronized (this) {
        inbox.add(new Arrived(e.refusal(), 0));
      }
      end(new EOFException(peer + ": " + e.getMessage()));
    } catch (IOException e) {
      end(e);
    } catch (InterruptedException e) {
      end(new InterruptedIOException(peer + ": interrupted"));
    } finally {
      mender.stop(); // nobody takes a carrier any more
      end(new SocketException(peer + ": closed here"));
    }
  }

  private synchronized long received() {
    return received;
  }

  /** What is no link of ours, or must be none, is not mended. */
  private boolean isMendable(IOException why) {
    boolean rubbish = why instanceof FormatException || why instanceof LinkRefusal;
    if (rubbish && !pulse.hasBegun() || !mender.isAble()) {
      over = over == null ? why : over;
      return false;
    }
    return true;
  }

  private synchronized void end(IOException why) {
    over = over == null ? why : over;
    Carrier last = carrier;
    carrier = null;
    if (last != null) {
      last.close();
    }
    notifyAll();
  }

  /** Takes what comes, until the carrier breaks or the other side ends the conversation. */
  private IOException hear(Carrier from) {
    try {
      while (true) {
        byte[] frame = from.read(WireCodec.MAX_MESSAGE, silence());
        switch (WireFrames.open(frame, received(), peer)) {
          case WireMessage.Alive alive -> heard(alive);
          case WireMessage.Bye bye -> {
            end(new EOFException(peer + ": connection closed"));
            return new EOFException();
          }
          case WireMessage message -> deliver(message, frame.length);
        }
      }
    } catch (SocketTimeoutException e) {
      return new SocketTimeoutException(peer + ": no sign of life on the link");
    } catch (IOException e) {
      return e;
    }
  }

  private synchronized int silence() {
    return closing ? LINGER_MILLIS : pulse.hasBegun() ? SILENCE_MILLIS : EARLY_SILENCE_MILLIS;
  }

  private synchronized void heard(WireMessage.Alive alive) throws FormatException.Corrupt {
    outbox.acknowledge(alive.wanted());
    pulse.heard(alive);
    notifyAll();
  }

  private synchronized void deliver(WireMessage message, int bytes) throws InterruptedIOException {
    while (inboxBytes >= INBOX_BYTES && !isEnding()) {
      pause(0);
    }
    received++;
    pulse.arrived(bytes);
    inboxBytes += bytes;
    inbox.add(new Arrived(message, bytes));
    if (message instanceof WireMessage.Welcome welcome) {
      pulse.begin();
      patienceNanos =
          TimeUnit.MILLISECONDS.toNanos(Math.min(welcome.patienceMillis(), MOST_PATIENCE_MILLIS));
    }
    notifyAll();
  }

  // The writer.

  private void write() {
    Carrier broken = null;
    while (true) {
      Carrier to;
      byte[] frame;
      boolean more;
      boolean last;
      long number;
      synchronized (this) {
        try {
          while (over == null && (carrier == null || carrier == broken || !hasWork())) {
            wait(Pulse.rest());
          }
        } catch (InterruptedException e) {
          return; // nobody interrupts it
        }
        to = carrier;
        if (over != null || to == null) {
          return;
        }
        last = false;
        if (isBeatDue()) {
          frame = frames.frame(pulse.beat(received));
        } else {
          byte[] next = outbox.next();
          last = next == null;
          frame = next == null ? frames.frame(new WireMessage.Bye()) : next;
        }
        more = outbox.isWaiting();
        number = outbox.firstWaiting();
      }
      try {
        to.write(frame);
        if (!more) {
          to.flush();
          flushed(number);
        }
        if (last) {
          to.endOutput();
          return;
        }
      } catch (IOException e) {
        broken = to;
        to.close(); // the reader notices
      }
    }
  }

  private boolean hasWork() {
    return isBeatDue() || outbox.isWaiting() || closing;
  }

  private boolean isBeatDue() {
    return pulse.isDue() && !closing;
  }

  private synchronized void flushed(long number) {
    flushed = Math.max(flushed, number);
    notifyAll();
  }

  /**
   * Ends the conversation and waits until the other side has heard what was said last.
   *
   * @param millis how long to wait at most
   */
  public void closeGently(int millis) {
    close();
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    synchronized (this) {
      long left = millis;
      while (over == null && left > 0) {
        try {
          wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
        left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      }
    }
  }

  /** What carries it now; null if that has broken. */
  synchronized @Nullable Carrier carrier() {
    return carrier;
  }

  /** Whoever has served this has let go of all that it held for it. */
  public synchronized void release() {
    released = true;
    notifyAll();
  }

  synchronized boolean isReleased() {
    return released;
  }

  synchronized void awaitReleased(long millis) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long left = millis;
    while (!released && left > 0) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
  }

  /**
   * Ends the conversation, also for a thread that is receiving. What has been sent still goes to
   * the other side, if there is a link and it takes it soon; this does not wait for that.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
      notifyAll();
      if (over != null) {
        return;
      }
    }
    mender.stop();
    Thread.ofVirtual()
        .start(() -> {
          try {
            Thread.sleep(LINGER_MILLIS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          end(new SocketException(peer + ": closed here"));
        });
  }
}
