package org.replaymigrate.recorder.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The guest's console, for any number of onlookers: the terminal of {@code run}, and clients that
 * attach and go. Each has a queue and a thread of its own; the machine never waits for one.
 */
public final class ConsoleHub {
  /** Output that a new onlooker sees first. */
  public static final int SCROLL_BACK_BYTES = 64 << 10;

  private static final int MAX_QUEUED_BYTES = 16 << 20;
  private static final long RETRY_TYPING_MILLIS = 10;
  private static final int TYPED_AT_ONCE = 4096;

  /** Takes bytes; may block. */
  @FunctionalInterface
  public interface Sink {
    void write(byte[] bytes) throws IOException;
  }

  /** What becomes of an onlooker that does not take what the guest puts out. */
  public enum WhenFull {
    /** It is let go. */
    DETACH,
    /** It loses output, and is told how much. */
    LOSE
  }

  private final Predicate<byte[]> typing;
  private final List<Attachment> attachments = new CopyOnWriteArrayList<>();
  private final ScrollBack scrollBack = new ScrollBack(SCROLL_BACK_BYTES);
  private boolean ended;

  /**
   * @param typing takes what somebody types; false if there is no room for it now
   */
  public ConsoleHub(Predicate<byte[]> typing) {
    this.typing = typing;
  }

  /** The guest has put out bytes, which nobody changes any more. Does not block. */
  public void output(byte[] bytes) {
    synchronized (this) {
      scrollBack.add(bytes);
      attachments.forEach(attachment -> attachment.offer(bytes));
    }
  }

  /** Somebody types; waits until the machine takes it. */
  public void type(byte[] bytes) throws InterruptedException {
    for (int at = 0; at < bytes.length; at += TYPED_AT_ONCE) {
      byte[] part = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + TYPED_AT_ONCE));
      while (!typing.test(part)) {
        Thread.sleep(RETRY_TYPING_MILLIS);
      }
    }
  }

  /**
   * Adds an onlooker, which sees all output from now on.
   *
   * @param sink called on a thread of its own
   * @param withScrollBack whether it first sees what there was before
   */
  public Attachment attach(Sink sink, WhenFull whenFull, boolean withScrollBack) {
    Attachment attachment = new Attachment(sink, whenFull);
    synchronized (this) {
      if (withScrollBack) {
        attachment.offer(scrollBack.content());
      }
      attachments.add(attachment);
      if (ended) {
        attachment.finish();
      }
    }
    Thread.ofVirtual().name("console").start(attachment::drain);
    return attachment;
  }

  /**
   * The guest puts out nothing more.
   *
   * @param millis how long to wait for those that have not taken everything yet
   */
  public void end(long millis) throws InterruptedException {
    synchronized (this) {
      ended = true;
      attachments.forEach(Attachment::finish);
    }
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (Attachment attachment : attachments) {
      long left = Math.max(0, deadline - System.nanoTime());
      if (!attachment.done.await(left, TimeUnit.NANOSECONDS)) {
        return;
      }
    }
  }

  /** One onlooker. */
  public final class Attachment implements AutoCloseable {
    private final Sink sink;
    private final WhenFull whenFull;
    private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private int queued;
    private long lost;
    private boolean finishing;
    private boolean detached;
    private Runnable whenEnded = () -> {};

    private Attachment(Sink sink, WhenFull whenFull) {
      this.sink = sink;
      this.whenFull = whenFull;
    }

    private synchronized void offer(byte[] bytes) {
      if (detached || finishing || bytes.length == 0) {
        return;
      }
      if (queued + bytes.length <= MAX_QUEUED_BYTES) {
        queue.add(bytes);
        queued += bytes.length;
      } else if (whenFull == WhenFull.DETACH) {
        detached = true;
      } else {
        lost += bytes.length;
      }
      notifyAll();
    }

    private synchronized void finish() {
      finishing = true;
      notifyAll();
    }

    private void drain() {
      try {
        byte[] next = next();
        while (next != null) {
          sink.write(next);
          next = next();
        }
      } catch (IOException | InterruptedException e) {
        // It has gone away.
      } finally {
        close();
        done.countDown();
        ended().run();
      }
    }

    private synchronized byte @Nullable [] next() throws InterruptedException {
      while (queue.isEmpty() && !finishing && !detached) {
        wait();
      }
      byte[] head = detached ? null : queue.poll();
      if (head != null) {
        queued -= head.length;
        if (queue.isEmpty() && lost > 0) {
          byte[] note = note(lost);
          queue.add(note);
          queued += note.length;
          lost = 0;
        }
      }
      return head;
    }

    private static byte[] note(long lost) {
      return ("\r\n[" + lost + " bytes of console output lost: nobody took them in time]\r\n")
          .getBytes(StandardCharsets.US_ASCII);
    }

    private synchronized Runnable ended() {
      return whenEnded;
    }

    /** Has {@code action} run when it gets nothing more: at the guest's end, or when let go. */
    public synchronized void whenEnded(Runnable action) {
      whenEnded = action;
    }

    /** Waits until it gets nothing more. */
    public void await() throws InterruptedException {
      done.await();
    }

    /** Lets it go. */
    @Override
    public void close() {
      attachments.remove(this);
      synchronized (this) {
        detached = true;
        notifyAll();
      }
    }
  }
}
