package org.replaymigrate.protocol.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Batch;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Listed;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Space;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.format.FormatHeader;
import org.replaymigrate.protocol.store.Sha256;

class DamagedCheckpointTest {
  @TempDir Path temp;
  private Path path;
  private byte[] bytes;
  private List<byte[]> content;

  @BeforeEach
  void take() throws IOException {
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      Random random = new Random(1);
      for (int i = 0; i < 200; i++) {
        machine.fill(random.nextInt(4096), 1 + random.nextInt(100));
        machine.fillDisk(random.nextInt(200), random.nextInt(2));
      }
      machine.take(temp, 0);
      content = machine.content();
    }
    try (CheckpointExport export = CheckpointExport.open(Checkpoints.in(temp), 0)) {
      bytes = export.readAllBytes();
    }
    path = Files.write(temp.resolve("exported"), bytes);
  }

  private List<byte[]> restore(byte[] file) throws IOException {
    Files.write(path, file);
    try (Checkpoints machine = new Checkpoints(temp, null)) {
      machine.restore(path);
      return machine.content();
    }
  }

  private String refusal(byte[] file) {
    var e = assertThrows(FormatException.class, () -> restore(file));
    assertFalse(e.getMessage().contains("\n"));
    assertTrue(e.getMessage().startsWith(path.toString()), e.getMessage());
    return e.getMessage().substring(path.toString().length());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void everyFlippedBitIsFound(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 150; i++) {
      int bit = random.nextInt(bytes.length * 8);
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      refusal(damaged);
    }
  }

  @Test
  void everyFlippedBitOfTheEndIsFound() {
    for (int bit = 0; bit < CheckpointFormat.FOOTER_BYTES * 8; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bytes.length - 1 - bit / 8] ^= (byte) (1 << (bit % 8));
      assertEquals(": cut short, or its end is damaged", refusal(damaged));
    }
  }

  @Test
  void fileCutShortIsRefused() {
    Random random = new Random(3);
    for (int i = 0; i < 60; i++) {
      refusal(Arrays.copyOf(bytes, random.nextInt(bytes.length)));
    }
    assertEquals(": cut short", refusal(new byte[0]));
  }

  @Test
  void undamagedFileIsRestored() throws IOException {
    List<byte[]> restored = restore(bytes);
    for (int i = 0; i < content.size(); i++) {
      assertArrayEquals(content.get(i), restored.get(i));
    }
  }

  @Test
  void newerAndForeignFilesAreToldApart() {
    byte[] newer = bytes.clone();
    System.arraycopy(new FormatHeader("checkpt", 1, 3).bytes(), 0, newer, 0, FormatHeader.BYTES);
    assertEquals(": checkpt format 3, this program reads up to 2", refusal(newer));
    byte[] log = bytes.clone();
    System.arraycopy(new FormatHeader("log", 1, 1).bytes(), 0, log, 0, FormatHeader.BYTES);
    assertEquals(": not of format \"checkpt\"", refusal(log));
  }

  /** The same file with another manifest, all checksums right. */
  private byte[] withManifest(java.util.function.UnaryOperator<CheckpointManifest> change)
      throws IOException {
    CheckpointManifest manifest;
    try (CheckpointReader reader = Checkpoints.in(temp).open(path)) {
      manifest = reader.manifest();
    }
    byte[] plain = new ManifestCodec("").encode(change.apply(manifest));
    return withManifest(plain, plain.length);
  }

  private byte[] withManifest(byte[] plain, int size) throws IOException {
    long end = bytes.length - CheckpointFormat.FOOTER_BYTES;
    var old =
        CheckpointFormat.Footer.read(Arrays.copyOfRange(bytes, (int) end, bytes.length), end, "");
    byte[] packed = Zstd.compress(plain, 1);
    var footer =
        new CheckpointFormat.Footer(
            old.manifestOffset(), packed.length, size, CheckpointFormat.crc(packed, packed.length));
    var out = new java.io.ByteArrayOutputStream();
    out.write(bytes, 0, (int) old.manifestOffset());
    out.write(packed);
    out.write(footer.bytes());
    return out.toByteArray();
  }

  private static CheckpointManifest withBatch(
      CheckpointManifest manifest, java.util.function.UnaryOperator<Batch> change) {
    Listed ram = (Listed) manifest.spaces().getFirst();
    List<Batch> batches = new ArrayList<>(ram.batches());
    batches.set(0, change.apply(batches.getFirst()));
    List<Space> spaces = new ArrayList<>(manifest.spaces());
    spaces.set(0, new Listed(ram.pages(), ram.zeroes(), batches));
    return manifest.with(spaces);
  }

  @Test
  void pageWhoseContentIsNotItsOwnIsRefused() throws IOException {
    int[] page = new int[1];
    byte[] file =
        withManifest(m ->
            withBatch(
                m,
                b -> {
                  byte[] hashes = b.hashes().clone();
                  hashes[Sha256.BYTES] ^= 1;
                  page[0] = b.pages()[1];
                  return new Batch(b.offset(), b.length(), b.checksum(), b.pages(), hashes);
                }));
    assertEquals(": page " + page[0] + ": content does not match its hash", refusal(file));
  }

  @Test
  void missingPagesAreNamed() throws IOException {
    byte[] file =
        withManifest(m ->
            withBatch(
                m, b -> new Batch(1L << 40, b.length(), b.checksum(), b.pages(), b.hashes())));
    String message = refusal(file);
    assertTrue(message.endsWith("127 more: missing, the file is cut short"), message);
  }

  @Test
  void pageListedTwiceIsRefused() throws IOException {
    byte[] file =
        withManifest(m ->
            withBatch(
                m,
                b -> {
                  int[] pages = b.pages().clone();
                  pages[1] = pages[0];
                  return new Batch(b.offset(), b.length(), b.checksum(), pages, b.hashes());
                }));
    assertTrue(refusal(file).endsWith("is listed twice"));
  }

  @Test
  void endlessManifestIsNotAllocated() throws IOException {
    assertEquals(
        ": cut short, or its end is damaged", refusal(withManifest(new byte[10], 1 << 30)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void manifestsOfGarbageAreReadOrRefused(long seed) throws IOException {
    byte[] plain;
    try (CheckpointReader reader = Checkpoints.in(temp).open(path)) {
      plain = new ManifestCodec("").encode(reader.manifest());
    }
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = Arrays.copyOf(plain, 40 + random.nextInt(plain.length - 40));
      for (int n = 1 + random.nextInt(5); n > 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        new ManifestCodec("f").decode(damaged, 1);
      } catch (FormatException.Corrupt expected) {
        assertFalse(expected.getMessage().contains("\n"));
      }
    }
  }
}
