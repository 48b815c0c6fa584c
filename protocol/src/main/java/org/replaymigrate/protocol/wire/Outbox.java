package org.replaymigrate.protocol.wire;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.format.FormatException;

/**
 * Frames on their way out, in order: written and not yet acknowledged, then those that wait. What
 * is acknowledged is forgotten; all else can be written again. Not safe for threads.
 */
final class Outbox {
  /** Most bytes kept: what is under way on a link of 1 Gbit/s with 200 ms there and back, 25 MB. */
  static final int WINDOW = 32 << 20;

  /** Most bytes that wait to be written: whoever sends is slowed down to the speed of the link. */
  static final int AHEAD = 1 << 20;

  private final Deque<byte[]> written = new ArrayDeque<>();
  private final Deque<byte[]> waiting = new ArrayDeque<>();
  private long base;
  private long everWritten;
  private long writtenBytes;
  private long waitingBytes;

  /** Whether a frame may be added now. */
  boolean hasRoom() {
    return waitingBytes < AHEAD && writtenBytes + waitingBytes < WINDOW;
  }

  /** Bytes that are not acknowledged, written or not. */
  long bytes() {
    return writtenBytes + waitingBytes;
  }

  /** The number that the next frame gets. */
  long end() {
    return base + written.size() + waiting.size();
  }

  /** The first that is not acknowledged. */
  long base() {
    return base;
  }

  /** The first that waits to be written. */
  long firstWaiting() {
    return base + written.size();
  }

  void add(byte[] frame) {
    waiting.add(frame);
    waitingBytes += frame.length;
  }

  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** The next to write, or null; it counts as written. */
  byte @Nullable [] next() {
    byte[] frame = waiting.poll();
    if (frame != null) {
      waitingBytes -= frame.length;
      written.add(frame);
      writtenBytes += frame.length;
      everWritten = Math.max(everWritten, base + written.size());
    }
    return frame;
  }

  /**
   * The peer has all before {@code wanted}. What it said before counts for nothing.
   *
   * @throws FormatException.Corrupt if it cannot have them
   */
  void acknowledge(long wanted) throws FormatException.Corrupt {
    if (wanted > base + written.size()) {
      throw new FormatException.Corrupt("frame " + wanted + " acknowledged before it was sent");
    }
    while (base < wanted) {
      writtenBytes -= written.remove().length;
      base++;
    }
  }

  /**
   * Begins again with a frame, on a fresh connection.
   *
   * @return bytes that will be written again
   * @throws FormatException.Corrupt if that one is forgotten, or was never sent
   */
  long rewind(long wanted) throws FormatException.Corrupt {
    if (wanted < base || wanted > everWritten) {
      throw new FormatException.Corrupt(
          "frame " + wanted + " wanted; there are " + base + " to " + everWritten);
    }
    while (!written.isEmpty()) {
      waiting.addFirst(written.removeLast());
    }
    waitingBytes += writtenBytes;
    writtenBytes = 0;
    while (base < wanted) {
      waitingBytes -= waiting.remove().length;
      base++;
    }
    long again = 0;
    long left = everWritten - base;
    for (byte[] frame : waiting) {
      if (left-- <= 0) {
        break;
      }
      again += frame.length;
    }
    return again;
  }

  /** Forgets what was never written, for nobody wants it any more. */
  void dropUnwritten() {
    while (end() > everWritten && !waiting.isEmpty()) {
      waitingBytes -= waiting.removeLast().length;
    }
  }
}
