package org.replaymigrate.replayer;

import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.log.Event;

/**
 * A source that another thread fills, typically from a network: bounded, so that a sender who is
 * faster than the machine is held back.
 */
public final class EventStream implements EventSource {
  private final int capacity;
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private @Nullable IOException failure;
  private boolean ended;
  private boolean closed;
  private @Nullable Extent extent;

  /**
   * @param capacity how many entries may wait, at least 1
   */
  public EventStream(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity of " + capacity);
    }
    this.capacity = capacity;
  }

  /**
   * Adds an entry; waits for room.
   *
   * @return false if the replay has ended, and takes no more
   */
  public synchronized boolean put(Entry entry) throws InterruptedException {
    if (ended) {
      throw new IllegalStateException("an entry after the end of the stream");
    }
    while (entries.size() >= capacity && !closed) {
      wait();
    }
    if (closed) {
      return false;
    }
    entries.add(entry);
    switch (entry) {
      case Entry.Events e -> {
        Event last = e.events().getLast();
        announce(last.sequence() + 1, last.instructions());
      }
      case Entry.Reached r -> announce(r.sequence(), r.instructions());
      case Entry.Encoded e -> {}
    }
    notifyAll();
    return true;
  }

  /**
   * Says how far the recording machine is, beyond what the entries tell, of which encoded ones tell
   * nothing; only the lag depends on it.
   */
  public synchronized void announce(long sequence, long instructions) {
    Extent last = extent == null ? new Extent(0, 0) : extent;
    extent =
        new Extent(
            Math.max(last.sequence(), sequence), Math.max(last.instructions(), instructions));
  }

  /** Nothing follows: the replay ends with the last entry that was put. */
  public synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Nothing can follow: the replay fails behind the last entry that was put. */
  public synchronized void fail(IOException why) {
    ended = true;
    failure = why;
    notifyAll();
  }

  @Override
  public synchronized @Nullable Entry take() throws IOException, InterruptedException {
    while (entries.isEmpty() && !ended && !closed) {
      wait();
    }
    Entry entry = closed ? null : entries.poll();
    if (entry == null && failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
    notifyAll();
    return entry;
  }

  @Override
  public synchronized @Nullable Extent extent() {
    return extent;
  }

  @Override
  public synchronized void close() {
    closed = true;
    entries.clear();
    notifyAll();
  }
}
