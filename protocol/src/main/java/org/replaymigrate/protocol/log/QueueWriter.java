package org.replaymigrate.protocol.log;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.rollcycles.LargeRollCycles;
import net.openhft.chronicle.wire.DocumentContext;
import org.jspecify.annotations.Nullable;

/**
 * The writing end of a segment's Chronicle Queue. Chronicle is told that it is always 1970, so that
 * a queue has one file and never rolls; a new segment does what a roll would.
 *
 * <p>Chronicle writes through a mapping of a sparse file. When the disk is full, such a write ends
 * in a fault that the JVM cannot attribute. So the file's room is claimed with plain writes before
 * Chronicle comes to it: those fail with an ordinary {@link IOException}, before anything is
 * changed.
 */
final class QueueWriter implements EntrySink {
  private static final int BLOCK = 1 << 20;

  /** Index entries are never used; few and far between, they stay out of the way. */
  private static final int INDEX_COUNT = 1024;

  private static final int INDEX_SPACING = 1 << 14;

  /** How much room is claimed at a time. */
  private static final int STRIDE = 64 << 10;

  /** What Chronicle may put between two entries: a header and an index of its own. */
  private static final int SLACK = INDEX_COUNT * Long.BYTES + 256;

  private final Path directory;
  private final SingleChronicleQueue queue;
  private final ExcerptAppender appender;
  private final RandomAccessFile file;
  private final byte[] zeroes = new byte[STRIDE];
  private long end;
  private long claimed;

  static {
    // It would print an advertisement, and watch disks with a thread of its own.
    setUnlessSet("chronicle.announcer.disable", "true");
    setUnlessSet("chronicle.disk.monitor.disable", "true");
    setUnlessSet("chronicle.analytics.disable", "true");
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** Begins a queue in {@code directory}, with a first entry. */
  QueueWriter(Path directory, int checksum, byte[] body) throws IOException {
    this.directory = directory;
    if (directory.toFile().getUsableSpace() < 4 * BLOCK) {
      throw new IOException(directory + ": no room on the disk for a log");
    }
    SingleChronicleQueue opened = null;
    RandomAccessFile raf = null;
    try {
      opened =
          SingleChronicleQueueBuilder.binary(directory)
              .blockSize(BLOCK)
              .rollCycle(LargeRollCycles.LARGE_DAILY)
              .indexCount(INDEX_COUNT)
              .indexSpacing(INDEX_SPACING)
              .timeProvider(() -> 0L)
              .build();
      opened.singleThreadedCheckDisabled(true);
      appender = opened.createAppender();
      appender.singleThreadedCheckDisabled(true);
      write(checksum, body, 0, body.length);
      raf = new RandomAccessFile(directory.resolve(QueueFile.NAME).toFile(), "rw");
      claimPagesUpTo(raf, end);
      file = raf;
      queue = opened;
      claim(1);
    } catch (RuntimeException | InternalError e) {
      closeAll(opened, raf);
      throw new IOException(directory + ": cannot begin a log: " + e.getMessage(), e);
    } catch (IOException e) {
      closeAll(opened, raf);
      throw e;
    }
  }

  @Override
  public void append(int checksum, byte[] buffer, int offset, int length) throws IOException {
    claim(length);
    write(checksum, buffer, offset, length);
  }

  private void write(int checksum, byte[] buffer, int offset, int length) {
    try (DocumentContext document = appender.writingDocument()) {
      Bytes<?> bytes = document.wire().bytes();
      bytes.writeInt(checksum);
      bytes.write(buffer, offset, length);
      end = bytes.writePosition();
    }
  }

  private void claim(int length) throws IOException {
    long needed = end + length + 2L * SLACK;
    while (claimed < needed) {
      try {
        file.seek(claimed);
        file.write(zeroes);
      } catch (IOException e) {
        throw new IOException(directory + ": cannot write the log: " + e.getMessage(), e);
      }
      claimed += STRIDE;
    }
  }

  /** Gives room to the holes that Chronicle has left in what it has written already. */
  private void claimPagesUpTo(RandomAccessFile raf, long length) throws IOException {
    byte[] written = new byte[(int) length];
    raf.readFully(written);
    raf.seek(0);
    raf.write(written);
    claimed = length;
  }

  @Override
  public void sync() throws IOException {
    // On Linux fsync covers what was written through a mapping. Chronicle's own way needs JNA.
    file.getFD().sync();
  }

  @Override
  public void close() throws IOException {
    closeAll(queue, file);
  }

  private static void closeAll(
      @Nullable SingleChronicleQueue queue, @Nullable RandomAccessFile file) throws IOException {
    if (queue != null) {
      queue.close();
    }
    if (file != null) {
      file.close();
    }
  }
}
