package org.replaymigrate.vkernel.port;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Running digest of everything that leaves the machine: console bytes, frames, disk writes, in
 * their order. One 64-bit word of state, part of the machine's. It tells a replay that has gone
 * astray from one that has not; it is no defence against somebody who computes collisions.
 */
public final class OutputDigest {
  private static final int CONSOLE = 1;
  private static final int FRAME = 2;
  private static final int DISK_WRITE = 3;
  private static final int DISK_DISCARD = 4;

  private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L; // 2^64 / golden ratio, odd

  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private long value;

  /** The digest so far; 0 before any output. */
  public long value() {
    return value;
  }

  /** Goes on from a saved digest. */
  public void restore(long saved) {
    value = saved;
  }

  /** A byte to a console. */
  public void console(int port, int b) {
    value = finish(step(tagged(CONSOLE, port), b & 0xff));
  }

  /** A frame to the network. */
  public void frame(int nic, byte[] frame) {
    value = finish(bytes(tagged(FRAME, nic), MemorySegment.ofArray(frame)));
  }

  /** A disk has taken these bytes. */
  public void diskWrite(int disk, long offset, MemorySegment content) {
    value = finish(bytes(step(tagged(DISK_WRITE, disk), offset), content));
  }

  /** A range of a disk reads as zeroes from now on. */
  public void diskDiscard(int disk, long offset, long length) {
    value = finish(step(step(tagged(DISK_DISCARD, disk), offset), length));
  }

  /** Feeds whatever passes through to this digest. */
  public Outputs over(Outputs outputs) {
    return new Outputs() {
      @Override
      public void console(int port, int b) {
        OutputDigest.this.console(port, b);
        outputs.console(port, b);
      }

      @Override
      public void frame(int nic, byte[] frame) {
        OutputDigest.this.frame(nic, frame);
        outputs.frame(nic, frame);
      }
    };
  }

  private long tagged(int kind, int channel) {
    return step(value, (long) kind << 32 | channel);
  }

  private static long bytes(long digest, MemorySegment content) {
    long length = content.byteSize();
    long h = step(digest, length);
    long at = 0;
    for (; at <= length - 8; at += 8) {
      h = step(h, content.get(WORD, at));
    }
    long rest = 0;
    for (; at < length; at++) {
      rest = rest << 8 | (content.get(ValueLayout.JAVA_BYTE, at) & 0xff);
    }
    return step(h, rest);
  }

  /** One to one in either argument: two outputs which differ in one word never meet again here. */
  private static long step(long h, long word) {
    long mixed = (h ^ word) * MULTIPLIER;
    return mixed ^ mixed >>> 32;
  }

  private static long finish(long h) {
    return step(h, MULTIPLIER);
  }
}
