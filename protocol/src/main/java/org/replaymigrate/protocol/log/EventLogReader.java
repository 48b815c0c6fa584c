package org.replaymigrate.protocol.log;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.codec.InputCodec;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.format.FormatHeader;
import org.replaymigrate.vkernel.port.Input.EndOfLog;

/**
 * Reads one segment, also while it is being written. For one thread at a time.
 *
 * <p>An entry that cannot be read is damage if a valid one stands anywhere behind it, and a torn
 * tail if none does: a writer that dies leaves at most one entry unfinished, the last.
 */
public final class EventLogReader implements Closeable {
  static final int MAX_ENTRY = 4 + 9 + InputCodec.MAX_BYTES;
  private static final int MIN_ENTRY = 4 + 1 + 1;
  private static final int END_OF_LOG = new EndOfLog(1).id();

  private final Path directory;
  private final QueueFile file;
  private final LogHeader header;
  private final EntryChecksum checksum;
  private final InputCodec codec = new InputCodec();
  private final Input in = new Input();

  private long offset;
  private long sequence;
  private long instructions;
  private long bytes;
  private boolean closed;

  private EventLogReader(Path directory, QueueFile file, LogHeader header, long offset) {
    this.directory = directory;
    this.file = file;
    this.header = header;
    this.checksum = new EntryChecksum(header);
    this.offset = offset;
    this.bytes = QueueFile.next(0, 4 + LogHeader.BYTES);
    this.sequence = header.firstSequence();
    this.instructions = header.firstInstructions();
  }

  /**
   * Opens the segment in {@code directory}.
   *
   * @throws FormatException if it is of another version, damaged, or was never begun
   */
  public static EventLogReader open(Path directory) throws IOException {
    EventLogReader reader = openIfBegun(directory);
    if (reader == null) {
      throw new FormatException.Corrupt(directory + ": the log ends before its header");
    }
    return reader;
  }

  /** Null if the writer died before the header was written. */
  static @Nullable EventLogReader openIfBegun(Path directory) throws IOException {
    if (!Files.exists(directory.resolve(QueueFile.NAME))) {
      return null;
    }
    QueueFile file = new QueueFile(directory);
    try {
      EventLogReader reader = open(directory, file);
      if (reader == null && eventsFollowAHeader(file)) {
        file.refresh(); // unless the header was written just now
        reader = open(directory, file);
        if (reader == null) {
          throw new FormatException.Corrupt(directory + ": no log header where one is due");
        }
      }
      if (reader == null) {
        file.close();
      }
      return reader;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static @Nullable EventLogReader open(Path directory, QueueFile file) throws IOException {
    long offset = 0;
    int word = file.word(offset);
    while ((word & QueueFile.UNFINISHED) == 0 && (word & QueueFile.INTERNAL) != 0) {
      offset = QueueFile.next(offset, word & QueueFile.LENGTH);
      word = file.word(offset);
    }
    int length = word & QueueFile.LENGTH;
    if (word <= 0 || length != 4 + LogHeader.BYTES || !file.has(offset + 4, length)) {
      return null;
    }
    byte[] body = file.copy(offset + 8, LogHeader.BYTES);
    if (file.word(offset + 4) != EntryChecksum.ofHeader(body, 0, body.length)) {
      throw new FormatException.Corrupt(directory + ": log header does not match its checksum");
    }
    LogHeader header = LogHeader.read(body, directory.toString());
    return new EventLogReader(directory, file, header, QueueFile.next(offset, length));
  }

  private static boolean eventsFollowAHeader(QueueFile file) throws IOException {
    long size = file.size();
    for (long o = 0; o < size; o += 4) {
      if (file.has(o, 8) && FormatHeader.isMagic(file.buffer(), file.at(o))) {
        return file.lastWritten(o + LogHeader.BYTES) >= 0;
      }
    }
    return false;
  }

  public LogHeader header() {
    return header;
  }

  /** The place before the event that {@link #next} returns next. */
  public LogPosition position() {
    return new LogPosition(header.segment(), sequence, instructions);
  }

  /** Bytes of the entries read so far, with what Chronicle adds to each. */
  public long logicalBytes() {
    return bytes;
  }

  /**
   * The next event, or null if there is none yet.
   *
   * @throws FormatException.Corrupt if the log is damaged here
   */
  public @Nullable Event next() throws IOException {
    return advance() ? decode() : null;
  }

  /**
   * Passes over events without looking into them, up to the one with this number, which {@link
   * #next} returns next.
   *
   * @return whether the log goes that far
   */
  public boolean skipTo(long wanted) throws IOException {
    while (sequence < wanted) {
      if (!advance()) {
        return false;
      }
      sequence++;
    }
    return true;
  }

  /** Moves over one entry, whose body is then between in.position() and in.limit(). */
  private boolean advance() throws IOException {
    boolean fresh = false;
    boolean suspect = false;
    while (true) {
      int word = file.word(offset);
      int length = word & QueueFile.LENGTH;
      boolean whole = word > 0 && length <= MAX_ENTRY && file.has(offset + 4, length);
      boolean valid = whole && length >= MIN_ENTRY && sequenceAt(offset, length) == (int) sequence;
      if (valid && (word & QueueFile.INTERNAL) == 0) {
        take(length);
        return true;
      } else if (whole && !valid && (word & QueueFile.INTERNAL) != 0) {
        offset = QueueFile.next(offset, length);
        fresh = false;
      } else if (!fresh) {
        file.refresh(); // the writer may have come further since the buffer was filled
        fresh = true;
      } else if (word == 0 || !eventsFollow()) {
        return false;
      } else if (!suspect) {
        suspect = true; // unless the writer has finished this very entry in the meantime
        fresh = false;
      } else {
        throw damage("it is unreadable, and events follow");
      }
    }
  }

  /** Low half of the number of the event that the entry at {@code o} would be. */
  private int sequenceAt(long o, int length) throws IOException {
    int stored = file.word(o + 4);
    file.has(o + 4, length);
    return checksum.sequence(stored, file.buffer(), file.at(o + 8), length - 4);
  }

  private void take(int length) throws FormatException.Corrupt {
    in.setBuffer(file.buffer(), file.at(offset + 8), length - 4);
    try {
      long delta = in.readVarLong(true);
      if (delta < 0 || instructions + delta < 0) {
        throw damage("its instruction count is out of range");
      }
      instructions += delta;
    } catch (KryoException e) {
      throw damage("it is cut short");
    }
    closed = length > MIN_ENTRY && file.buffer()[in.position()] == END_OF_LOG;
    bytes += QueueFile.next(0, length);
    offset = QueueFile.next(offset, length);
  }

  private Event decode() throws FormatException.Corrupt {
    Event event;
    try {
      event = new Event(sequence, instructions, codec.read(in));
    } catch (FormatException.Corrupt e) {
      throw damage(e.getMessage());
    }
    if (in.position() != in.limit()) {
      throw damage("it is longer than its input");
    }
    sequence++;
    return event;
  }

  /**
   * Finds out how the log ends. To be asked when {@link #next} has returned null and nobody writes.
   *
   * @throws FormatException.Corrupt if there are more events, but damage lies before them
   */
  public LogEnd end() throws IOException {
    file.refresh();
    if (eventsFollow()) {
      throw damage("it is unreadable, and events follow");
    }
    long last = file.lastWritten(offset);
    if (last >= 0) {
      return new LogEnd(LogEnd.Kind.TORN, last + 4 - offset);
    }
    return new LogEnd(closed ? LogEnd.Kind.CLOSED : LogEnd.Kind.OPEN, 0);
  }

  /** Whether a valid entry with a number that may still come stands anywhere from here on. */
  private boolean eventsFollow() throws IOException {
    long size = file.size();
    long work = 2L << 30; // more than the longest torn entry can cost
    for (long o = offset; o < size; o += 4) {
      int length = file.word(o) & QueueFile.LENGTH;
      if (length < MIN_ENTRY || length > MAX_ENTRY || !file.has(o + 4, length)) {
        continue;
      }
      int ahead = sequenceAt(o, length) - (int) sequence;
      if (ahead >= 0 && ahead <= (o - offset) / 8) {
        return true;
      }
      work -= length;
      if (work < 0) {
        throw damage("it is unreadable, and so is what follows");
      }
    }
    return false;
  }

  private FormatException.Corrupt damage(String what) {
    return new FormatException.Corrupt(
        directory + ": event " + sequence + " after instruction " + instructions + ": " + what);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
