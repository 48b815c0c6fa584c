package org.replaymigrate.protocol.owner;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.format.FormatException;

/**
 * The file {@code owner}: one line of text, replaced whole and durably.
 *
 * <pre>
 *   replay-migrate-owner 1 VKERNEL EPOCH STATE TRANSFER|- PEER|- CRC32C
 * </pre>
 */
public final class OwnerFile {
  private static final String MAGIC = "replay-migrate-owner";
  private static final int VERSION = 1;
  private static final int WORDS = 8;
  private static final int MAX_BYTES = 4096;

  private final Path path;

  public OwnerFile(Path path) {
    this.path = path;
  }

  /**
   * What it says, or null if there is none.
   *
   * @throws FormatException if it is damaged, or of another version
   */
  public @Nullable Ownership read() throws IOException {
    String line;
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw damaged();
      }
      line = Files.readString(path, StandardCharsets.ISO_8859_1).strip();
    } catch (NoSuchFileException e) {
      return null;
    }
    String[] words = line.split(" ", -1);
    if (words.length < 2 || !words[0].equals(MAGIC)) {
      throw damaged();
    }
    if (!words[1].equals(String.valueOf(VERSION))) {
      throw new FormatException.TooNew(path + ": owner file of version " + words[1]);
    }
    int body = line.lastIndexOf(' ');
    if (words.length != WORDS || !words[7].equals(checksum(line.substring(0, body)))) {
      throw damaged();
    }
    try {
      return new Ownership(
          UUID.fromString(words[2]),
          Long.parseLong(words[3]),
          Ownership.State.valueOf(words[4]),
          words[5].equals("-") ? null : UUID.fromString(words[5]),
          words[6].equals("-") ? null : words[6]);
    } catch (IllegalArgumentException e) {
      throw damaged();
    }
  }

  /** Replaces it; when this returns it is on the disk, and before that nothing has changed. */
  public void write(Ownership o) throws IOException {
    try (StagedOwnership staged = stage(o)) {
      staged.put();
      staged.sync();
    }
  }

  /**
   * Prepares to replace it, so that little is left to do when it must happen: the new content is on
   * the disk when this returns, under a name that nobody reads. One for each state at a time.
   */
  public StagedOwnership stage(Ownership o) throws IOException {
    Path staged =
        path.resolveSibling(path.getFileName() + "." + o.state().name().toLowerCase(Locale.ROOT));
    try (FileChannel file =
        FileChannel.open(
            staged,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer buffer = ByteBuffer.wrap(line(o).getBytes(StandardCharsets.ISO_8859_1));
      while (buffer.hasRemaining()) {
        file.write(buffer);
      }
      file.force(true);
    }
    return new StagedOwnership(staged, path);
  }

  private static String line(Ownership o) {
    String body =
        String.join(
            " ",
            MAGIC,
            String.valueOf(VERSION),
            o.vkernel().toString(),
            String.valueOf(o.epoch()),
            o.state().name(),
            o.transfer() == null ? "-" : o.transfer().toString(),
            o.peer() == null ? "-" : o.peer().replace(' ', '_'));
    return body + " " + checksum(body) + "\n";
  }

  private FormatException damaged() {
    return new FormatException.Corrupt(path + ": damaged; it must say who owns the vkernel");
  }

  private static String checksum(String body) {
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.ISO_8859_1));
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }
}
