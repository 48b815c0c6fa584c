package org.replaymigrate.replayer.receive;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.log.Event;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.replayer.Journal;

/**
 * Writes what a replay receives to the log, and brings it to the disk all the time on a thread of
 * its own: so that little is left to do when the source's guest stands still and waits for it.
 */
final class LogKeeper implements Journal, AutoCloseable {
  private static final long INTERVAL_MILLIS = 100;

  private final EventLogWriter log;
  private final Journal journal;
  private final Thread thread;

  /** Behind the last event that is in the log, and on the disk. */
  private long appended;

  private long durable;

  /** The log is to be on the disk as soon as this event is the next one. */
  private long wanted = Long.MAX_VALUE;

  private boolean closed;
  private @Nullable IOException failure;

  LogKeeper(EventLogWriter log) {
    this.log = log;
    this.journal = Journal.of(log, false);
    this.appended = log.position().sequence();
    this.durable = appended;
    this.thread = Thread.ofPlatform().daemon().name("log to disk").start(this::keep);
  }

  @Override
  public void append(Event event) throws IOException {
    journal.append(event);
    synchronized (this) {
      appended = event.sequence() + 1;
      if (appended >= wanted) {
        notifyAll();
      }
    }
  }

  @Override
  public synchronized void commit() {
    notifyAll();
  }

  /** Nothing but the time until the last event, which is before this one, matters any more. */
  synchronized void hurry(long sequence) {
    wanted = sequence;
    notifyAll();
  }

  /** Waits until all up to the event that {@link #hurry} was told of is on the disk. */
  synchronized void await() throws IOException, InterruptedException {
    while (durable < wanted && failure == null) {
      wait();
    }
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
  }

  /** All of it has come to the disk in another way. */
  synchronized void done() {
    durable = Long.MAX_VALUE;
  }

  private void keep() {
    try {
      long target = next();
      while (target >= 0) {
        log.sync();
        reached(target);
        target = next();
      }
    } catch (IOException e) {
      fail(e);
    } catch (InterruptedException e) {
      fail(new IOException(e));
    }
  }

  /** Waits until there is something to do; what will be on the disk then, or -1 for the end. */
  private synchronized long next() throws InterruptedException {
    long last = System.nanoTime();
    while (!closed) {
      boolean hurrying = wanted < Long.MAX_VALUE;
      long pause = INTERVAL_MILLIS - (System.nanoTime() - last) / 1_000_000;
      if (hurrying ? appended >= wanted && durable < wanted : appended > durable && pause <= 0) {
        return appended;
      }
      if (!hurrying && appended > durable) {
        wait(pause);
      } else {
        wait();
      }
    }
    return -1;
  }

  private synchronized void reached(long sequence) {
    durable = sequence;
    notifyAll();
  }

  private synchronized void fail(IOException e) {
    failure = e;
    notifyAll();
  }

  /** Ends when nothing is being written any more; the log itself is left open. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true; // not before the disk has answered
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
