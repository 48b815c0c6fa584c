package org.replaymigrate.protocol.log;

import com.esotericsoftware.kryo.io.Output;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.replaymigrate.protocol.codec.InputCodec;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.vkernel.port.Input;

/**
 * Writes one segment. For one thread at a time, except {@link #sync}.
 *
 * <p>What {@link #append} has taken survives the end of this process at any moment. It survives the
 * loss of power only after a {@link #sync}.
 */
public final class EventLogWriter implements Closeable {
  private final EntrySink sink;
  private final LogHeader header;
  private final EntryChecksum checksum;
  private final InputCodec codec = new InputCodec();
  private final Output out = new Output(EventLogReader.MAX_ENTRY);

  private long sequence;
  private long instructions;
  private long bytes;

  private EventLogWriter(EntrySink sink, LogHeader header) {
    this.sink = sink;
    this.header = header;
    this.checksum = new EntryChecksum(header);
    this.sequence = header.firstSequence();
    this.instructions = header.firstInstructions();
    this.bytes = QueueFile.next(0, 4 + LogHeader.BYTES);
  }

  /**
   * Begins a segment.
   *
   * @param directory is created; must be empty if it is there
   * @throws FileAlreadyExistsException if it holds anything
   */
  public static EventLogWriter create(Path directory, LogHeader header) throws IOException {
    Files.createDirectories(directory);
    try (Stream<Path> files = Files.list(directory)) {
      if (files.findAny().isPresent()) {
        throw new FileAlreadyExistsException(directory + ": holds a log already");
      }
    }
    byte[] body = header.bytes();
    int crc = EntryChecksum.ofHeader(body, 0, body.length);
    return new EventLogWriter(EntrySink.begin(directory, crc, body), header);
  }

  /**
   * Loads and compiles what a first writer needs, which takes about a second in a new JVM, so that
   * a writer that is needed in a hurry finds it done. May run on any thread, beside any writer.
   *
   * @param scratch a directory in which another may be made and removed again
   */
  public static void prewarm(Path scratch) throws IOException {
    Path directory = Files.createTempDirectory(scratch, "prewarm");
    try {
      LogHeader header = new LogHeader(new UUID(0, 0), Digest128.NONE, 0, 0, 0, 0);
      try (EventLogWriter writer = create(directory, header)) {
        writer.append(0, new Input.ClockAdvance(1));
      }
    } finally {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Files.deleteIfExists(file);
        }
      }
      Files.deleteIfExists(directory);
    }
  }

  public LogHeader header() {
    return header;
  }

  /** The place behind the last event. */
  public LogPosition position() {
    return new LogPosition(header.segment(), sequence, instructions);
  }

  /**
   * Appends an event.
   *
   * @param instructions the count at which the input is applied, no less than the one before
   * @return the event's sequence number
   * @throws IOException if there is no room on the disk: nothing has been written, and the same
   *     event can be appended later
   */
  public long append(long instructions, Input input) throws IOException {
    if (instructions < this.instructions) {
      throw new IllegalArgumentException(
          "event at " + instructions + " after one at " + this.instructions);
    }
    out.reset();
    out.writeVarLong(instructions - this.instructions, true);
    codec.write(out, input);
    int length = out.position();
    sink.append(checksum.of(sequence, out.getBuffer(), 0, length), out.getBuffer(), 0, length);
    this.instructions = instructions;
    bytes += QueueFile.next(0, 4 + length);
    return sequence++;
  }

  /** Bytes of the entries written so far, with what Chronicle adds to each. */
  public long logicalBytes() {
    return bytes;
  }

  /** Waits until everything appended before is on the disk. May be called on any thread. */
  public void sync() throws IOException {
    sink.sync();
  }

  @Override
  public void close() throws IOException {
    sink.close();
  }
}
