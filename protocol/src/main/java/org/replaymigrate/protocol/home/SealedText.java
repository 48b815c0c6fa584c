package org.replaymigrate.protocol.home;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.replaymigrate.protocol.format.FormatException;

/**
 * A small file of facts, a line each, that people can read and nobody can damage unnoticed:
 *
 * <pre>
 *   replay-migrate-FORMAT VERSION
 *   KEY VALUE                        any number; a key may be repeated
 *   end 8 hex digits                 CRC32C of all bytes before this line
 * </pre>
 *
 * In a value, {@code \n}, {@code \r} and {@code \\} stand for the characters that would end a line.
 */
final class SealedText {
  /** A real one has a dozen lines. */
  private static final int MAX_BYTES = 1 << 20;

  /** Of every format there is. */
  private static final int OLDEST = 1;

  private static final String MAGIC = "replay-migrate-";
  private static final Pattern FIRST = Pattern.compile(MAGIC + "([a-z]+) ([0-9]{1,6})");
  private static final Pattern END = Pattern.compile("end ([0-9a-f]{8})\n");

  private record Line(String key, String value) {}

  private final String where;
  private final List<Line> lines = new ArrayList<>();

  /** One without any facts. */
  SealedText() {
    this("");
  }

  private SealedText(String where) {
    this.where = where;
  }

  SealedText add(String key, Object value) {
    lines.add(new Line(key, value.toString()));
    return this;
  }

  /** The value of a key that must be there once. */
  String value(String key) throws FormatException {
    List<String> values = values(key);
    if (values.size() != 1) {
      throw corrupt(values.isEmpty() ? "has no \"" + key + "\"" : "has \"" + key + "\" twice");
    }
    return values.getFirst();
  }

  List<String> values(String key) {
    return lines.stream().filter(line -> line.key.equals(key)).map(Line::value).toList();
  }

  /** The error to be thrown when a value is not what it should be. */
  FormatException.Corrupt corrupt(String what) {
    return new FormatException.Corrupt(where + ": " + what);
  }

  String text(String format, int version) {
    StringBuilder text = new StringBuilder();
    text.append(MAGIC).append(format).append(' ').append(version).append('\n');
    for (Line line : lines) {
      text.append(line.key).append(' ').append(escape(line.value)).append('\n');
    }
    return text + "end " + checksum(text.toString()) + "\n";
  }

  static SealedText parse(String text, String format, int newest, String where)
      throws FormatException {
    SealedText result = new SealedText(where);
    Matcher first = FIRST.matcher(text.lines().findFirst().orElse(""));
    if (!first.matches() || !first.group(1).equals(format)) {
      throw result.corrupt("not a file of this program");
    }
    int version = Integer.parseInt(first.group(2));
    if (version < OLDEST) {
      throw new FormatException.TooOld(
          "%s: %s format %d, this program reads from %d".formatted(where, format, version, OLDEST));
    }
    if (version > newest) {
      throw new FormatException.TooNew(
          "%s: %s format %d, this program reads up to %d"
              .formatted(where, format, version, newest));
    }
    int end = text.lastIndexOf("end ");
    Matcher seal = END.matcher(text.substring(Math.max(end, 0)));
    if (!seal.matches() || !seal.group(1).equals(checksum(text.substring(0, end)))) {
      throw result.corrupt("damaged: it does not match its checksum");
    }
    for (String line : text.substring(0, end).split("\n", -1)) {
      int space = line.indexOf(' ');
      if (space > 0 && !line.startsWith(MAGIC)) {
        result.add(line.substring(0, space), unescape(line.substring(space + 1)));
      }
    }
    return result;
  }

  static SealedText read(Path file, String format, int newest) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new FormatException.Corrupt(file + ": too long for a file of this program");
    }
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    return parse(text, format, newest, file.toString());
  }

  /** Puts the file in place whole and durable, or leaves what was there. */
  void write(Path file, String format, int version) throws IOException {
    write(file, format, version, true);
  }

  /**
   * The same for what is true only as long as this process lives: after a loss of power the file
   * may be damaged, and nothing waits for the disk.
   */
  void writeForNow(Path file, String format, int version) throws IOException {
    write(file, format, version, false);
  }

  private void write(Path file, String format, int version, boolean durable) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + ": not a file");
    }
    Path fresh = Files.createTempFile(folder, file.getFileName() + ".", ".new");
    try {
      try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text(format, version));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        if (durable) {
          channel.force(true);
        }
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
    if (durable) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static String checksum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }

  private static String escape(String value) {
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
  }

  private static String unescape(String value) {
    StringBuilder result = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' && i + 1 < value.length()) {
        char escaped = value.charAt(++i);
        c = escaped == 'n' ? '\n' : escaped == 'r' ? '\r' : escaped;
      }
      result.append(c);
    }
    return result.toString();
  }
}
