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
  /** What an entry takes in memory beside its content, about. */
  private static final int ENTRY_BYTES = 256;

  /** An entry that waits, and what it takes. */
  private record Waiting(Entry entry, long bytes) {}

  private final int capacity;
  private final long mostBytes;
  private final ArrayDeque<Waiting> entries = new ArrayDeque<>();
  private long bytes;
  private @Nullable IOException failure;
  private boolean ended;
  private boolean closed;
  private @Nullable Extent extent;

  /**
   * @param capacity how many entries may wait, at least 1
   */
  public EventStream(int capacity) {
    this(capacity, Long.MAX_VALUE);
  }

  private EventStream(int capacity, long mostBytes) {
    if (capacity < 1 || mostBytes < 1) {
      throw new IllegalArgumentException("capacity of " + capacity + ", " + mostBytes + " bytes");
    }
    this.capacity = capacity;
    this.mostBytes = mostBytes;
  }

  /**
   * A stream that is bounded by the memory which its entries take.
   *
   * @param mostBytes at least 1; one entry may always wait
   */
  public static EventStream ofBytes(long mostBytes) {
    return new EventStream(Integer.MAX_VALUE, mostBytes);
  }

  /**
   * Adds an entry; waits for room.
   *
   * @return false if the replay has ended, and takes no more
   */
  public boolean put(Entry entry) throws InterruptedException {
    return put(entry, entry instanceof Entry.Events e ? e.bytes() : 0);
  }

  /**
   * The same.
   *
   * @param content bytes that it holds
   */
  public synchronized boolean put(Entry entry, int content) throws InterruptedException {
    if (ended) {
      throw new IllegalStateException("an entry after the end of the stream");
    }
    while (isFull() && !closed) {
      wait();
    }
    if (closed) {
      return false;
    }
    Waiting waiting = new Waiting(entry, (long) content + ENTRY_BYTES);
    entries.add(waiting);
    bytes += waiting.bytes;
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

  private boolean isFull() {
    return entries.size() >= capacity || bytes >= mostBytes && !entries.isEmpty();
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
    Waiting next = closed ? null : entries.poll();
    if (next == null) {
      if (failure != null) {
        throw new IOException(failure.getMessage(), failure);
      }
      return null;
    }
    bytes -= next.bytes;
    notifyAll();
    return next.entry;
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
