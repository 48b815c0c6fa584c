package org.replaymigrate.protocol.checkpoint;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Batch;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Listed;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Run;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Space;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.protocol.store.Sha256;

/**
 * A checkpoint as it travels: bytes that need nothing of this host to be read, however the
 * checkpoint is kept here. They are a checkpoint file of format 1; {@link CheckpointImport} takes
 * them in. Batches that are wanted as they are stored are passed on so, and the others put together
 * anew.
 */
public final class CheckpointExport extends InputStream {
  private static final int PAGE = PagedContent.PAGE_SIZE;

  /** What a page takes besides its content: its name and its number. */
  private static final int NAME = Sha256.BYTES + 2;

  private final CheckpointReader reader;
  private final CheckpointManifest head;
  private final Queue<Part> parts = new ArrayDeque<>();
  private final List<Integer> partsOfSpace = new ArrayList<>();
  private final List<List<Run>> zeroes = new ArrayList<>();
  private final List<Space> written = new ArrayList<>();
  private List<Batch> batches = new ArrayList<>();
  private final long expectedBytes;

  private final byte[] pages = new byte[Batch.MAX_PAGES * PAGE];
  private final int[] numbers = new int[Batch.MAX_PAGES];
  private final byte[] hashes = new byte[Batch.MAX_PAGES * Sha256.BYTES];
  private int count;

  private byte[] chunk;
  private int taken;
  private long offset;
  private boolean complete;

  private CheckpointExport(
      CheckpointReader reader, long parent, List<IntPredicate> leftOut, List<BitSet> zeroPages)
      throws IOException {
    this.reader = reader;
    CheckpointManifest manifest = reader.manifest();
    this.head = manifest.with(parent, manifest.digest(), List.of(), List.of());
    double expected = 0;
    for (int space = 0; space < manifest.spaces().size(); space++) {
      BitSet zero = zeroPages.get(space);
      boolean listed = space > 0 && parent == CheckpointManifest.NO_PARENT;
      IntPredicate without = leftOut.get(space);
      List<Part> found =
          reader.parts(
              space,
              manifest.spaces().get(space).pages(),
              page -> zero.set(page, listed || zero.get(page)));
      int before = parts.size();
      for (Part part : found) {
        for (Part wanted : SelectedPart.of(part, without)) {
          parts.add(wanted);
          expected += wanted.count() * (NAME + wanted.bytesPerPage());
        }
      }
      partsOfSpace.add(parts.size() - before);
      zeroes.add(runs(zero));
    }
    this.expectedBytes = Math.round(expected);
    this.chunk = CheckpointFormat.HEADER.bytes(1);
    this.offset = chunk.length;
  }

  /**
   * Begins to read a checkpoint out, whole in itself.
   *
   * @throws IOException if it is not there, or damaged
   */
  public static CheckpointExport open(CheckpointFolder folder, long number) throws IOException {
    CheckpointReader reader = folder.open(number);
    try {
      List<IntPredicate> leftOut = new ArrayList<>();
      List<BitSet> zeroes = new ArrayList<>();
      reader
          .manifest()
          .spaces()
          .forEach(space -> {
            leftOut.add(page -> false);
            zeroes.add(new BitSet());
          });
      return new CheckpointExport(reader, CheckpointManifest.NO_PARENT, leftOut, zeroes);
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  /**
   * Begins to read out how a checkpoint differs from an older one of the same vkernel, which the
   * other side has.
   *
   * @throws IOException if one of them is not there, or damaged
   */
  public static CheckpointExport since(CheckpointFolder folder, long older, long number)
      throws IOException {
    CheckpointReader reader = folder.open(number);
    try (CheckpointReader old = folder.open(older)) {
      List<IntPredicate> same = new ArrayList<>();
      List<BitSet> zeroes = new ArrayList<>();
      for (int space = 0; space < reader.manifest().spaces().size(); space++) {
        PageNames now = PageNames.of(reader, space);
        BitSet differing = now.differing(PageNames.of(old, space));
        same.add(page -> !differing.get(page));
        BitSet zero = (BitSet) differing.clone();
        zero.andNot(now.saved());
        zeroes.add(zero);
      }
      return new CheckpointExport(reader, older, same, zeroes);
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  private static List<Run> runs(BitSet pages) {
    List<Run> runs = new ArrayList<>();
    for (int first = pages.nextSetBit(0); first >= 0; ) {
      int end = pages.nextClearBit(first);
      runs.add(new Run(first, end - first));
      first = pages.nextSetBit(end);
    }
    return runs;
  }

  /** About how many bytes there will be; what was read tells how many there are. */
  public long expectedBytes() {
    return expectedBytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int at, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (taken == chunk.length) {
      byte @Nullable [] next = complete ? null : next();
      if (next == null) {
        return -1;
      }
      chunk = next;
      taken = 0;
      offset += chunk.length;
    }
    int n = Math.min(length, chunk.length - taken);
    System.arraycopy(chunk, taken, bytes, at, n);
    taken += n;
    return n;
  }

  /** The bytes that follow; none, if it takes more than this to have some. */
  private byte[] next() throws IOException {
    if (written.size() == zeroes.size()) {
      complete = true;
      return end();
    }
    int space = written.size();
    int left = partsOfSpace.get(space);
    if (left == 0) {
      byte[] last = flush();
      written.add(new Listed(head(space).pages(), zeroes.get(space), batches));
      batches = new ArrayList<>();
      return last;
    }
    Part part = parts.element();
    byte[] whole = count == 0 ? part.whole() : null;
    if (whole != null) {
      take(space, left);
      note(part, 0, part.count());
      return batch(whole, whole.length);
    }
    if (count + part.count() > Batch.MAX_PAGES) {
      return flush();
    }
    take(space, left);
    byte[] content = part.read();
    for (int i = 0; i < part.count(); i++) {
      System.arraycopy(content, part.index(i) * PAGE, pages, (count + i) * PAGE, PAGE);
    }
    note(part, count, part.count());
    return count == Batch.MAX_PAGES ? flush() : new byte[0];
  }

  private Space head(int space) {
    return reader.manifest().spaces().get(space);
  }

  private void take(int space, int left) {
    parts.remove();
    partsOfSpace.set(space, left - 1);
  }

  private void note(Part part, int at, int more) {
    for (int i = 0; i < more; i++) {
      numbers[at + i] = part.page(i);
      System.arraycopy(part.hash(i).bytes(), 0, hashes, (at + i) * Sha256.BYTES, Sha256.BYTES);
    }
    count = at + more;
  }

  /** What has been put together so far, as a batch. */
  private byte[] flush() throws IOException {
    if (count == 0) {
      return new byte[0];
    }
    byte[] packed = new byte[(int) Zstd.compressBound((long) count * PAGE)];
    long n =
        Zstd.compressByteArray(
            packed, 0, packed.length, pages, 0, count * PAGE, CheckpointFormat.ZSTD_LEVEL);
    if (Zstd.isError(n)) {
      throw new IOException("cannot compress: " + Zstd.getErrorName(n));
    }
    return batch(packed, (int) n);
  }

  private byte[] batch(byte[] packed, int length) {
    batches.add(
        new Batch(
            offset,
            length,
            CheckpointFormat.crc(packed, length),
            Arrays.copyOf(numbers, count),
            Arrays.copyOf(hashes, count * Sha256.BYTES)));
    count = 0;
    return Arrays.copyOf(packed, length);
  }

  private byte[] end() {
    byte[] plain = new ManifestCodec("").encode(head.with(written));
    byte[] packed = Zstd.compress(plain, CheckpointFormat.ZSTD_LEVEL);
    int crc = CheckpointFormat.crc(packed, packed.length);
    byte[] footer = new CheckpointFormat.Footer(offset, packed.length, plain.length, crc).bytes();
    byte[] bytes = Arrays.copyOf(packed, packed.length + footer.length);
    System.arraycopy(footer, 0, bytes, packed.length, footer.length);
    return bytes;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
