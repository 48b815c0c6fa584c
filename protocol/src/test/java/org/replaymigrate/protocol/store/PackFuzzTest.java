package org.replaymigrate.protocol.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.format.FormatHeader;

/**
 * A pack in which bytes are others than were written, or that is cut short, gives the pages that
 * are named or is refused, also when its checksums have been made right again. Plays stored inputs;
 * with {@code JAZZER_FUZZ=1} it looks for more.
 */
class PackFuzzTest {
  private static final int[] BATCHES = {3, 2};
  private static final int MOST_EDITS = 6;

  @TempDir private static Path temp;

  private static byte[] written;

  @FuzzTest(maxDuration = "2m")
  void pack(FuzzedDataProvider data) throws IOException {
    if (written == null) {
      written = write();
    }
    byte[] bytes = Arrays.copyOf(written, written.length - data.consumeInt(0, written.length - 1));
    int edits = data.consumeInt(0, MOST_EDITS);
    for (int i = 0; i < edits; i++) {
      int at = data.consumeInt(0, bytes.length - 1);
      bytes[at] = data.consumeByte();
    }
    Sha256 id = data.consumeBoolean() ? mend(bytes) : Sha256.of(bytes, 0, bytes.length);
    Path file = temp.resolve("pack");
    Files.write(file, bytes);
    try (Pack pack = Pack.open(file, id)) {
      Sha256.Hasher hasher = new Sha256.Hasher();
      for (int batch = 0; batch < pack.table().batches(); batch++) {
        readBatch(pack, batch, hasher);
      }
    } catch (FormatException e) {
      assertNotNull(e.getMessage());
    }
  }

  private static void readBatch(Pack pack, int batch, Sha256.Hasher hasher) throws IOException {
    PackTable table = pack.table();
    try {
      byte[] pages = pack.batch(batch);
      for (int entry = table.first(batch); entry < table.first(batch + 1); entry++) {
        pack.verify(pages, entry, hasher);
        int at = (entry - table.first(batch)) * PackFormat.PAGE;
        assertEquals(table.hash(entry), Sha256.of(pages, at, PackFormat.PAGE));
      }
    } catch (FormatException e) {
      assertNotNull(e.getMessage()); // the others may be good
    }
  }

  private static byte[] write() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("packs"));
    try (PackWriter writer = new PackWriter(folder)) {
      for (int pages : BATCHES) {
        byte[] content = new byte[pages * PackFormat.PAGE];
        byte[] names = new byte[pages * Sha256.BYTES];
        for (int i = 0; i < pages; i++) {
          content[i * PackFormat.PAGE] = (byte) (10 * pages + i);
          new Sha256.Hasher()
              .hash(content, i * PackFormat.PAGE, PackFormat.PAGE, names, i * Sha256.BYTES);
        }
        writer.add(content, pages, names);
      }
      return Files.readAllBytes(folder.resolve(PageStore.fileName(writer.finish())));
    }
  }

  /** Makes all checksums right that can be found, as somebody would who means harm. */
  private static Sha256 mend(byte[] bytes) {
    int end = bytes.length - PackFormat.FOOTER_BYTES;
    if (end < FormatHeader.BYTES) {
      return Sha256.of(bytes, 0, bytes.length);
    }
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long table = b.getLong(end);
    int batches = b.getInt(end + 8);
    if (table < FormatHeader.BYTES || table > end) {
      return Sha256.of(bytes, 0, bytes.length);
    }
    long offset = FormatHeader.BYTES;
    int at = (int) table;
    for (int i = 0; i < batches && at + PackFormat.BATCH_BYTES <= end; i++) {
      int length = b.getInt(at);
      if (length > 0 && offset + length <= table) {
        byte[] batch = Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
        b.putInt(at + 4, PackFormat.crc(batch, length));
        offset += length;
      }
      at += PackFormat.BATCH_BYTES;
    }
    byte[] whole = Arrays.copyOfRange(bytes, (int) table, end);
    b.putInt(end + 16, PackFormat.crc(whole, whole.length));
    byte[] footer = Arrays.copyOfRange(bytes, end, bytes.length);
    b.putInt(end + 20, PackFormat.crc(footer, footer.length - 4));
    return Sha256.of(bytes, at, Math.max(0, end - at));
  }
}
