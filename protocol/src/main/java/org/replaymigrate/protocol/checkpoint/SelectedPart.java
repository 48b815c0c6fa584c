package org.replaymigrate.protocol.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Batch;
import org.replaymigrate.protocol.store.Sha256;

/**
 * Some pages of a part.
 *
 * @param wanted which of them
 */
record SelectedPart(Part part, int[] wanted) implements Part {
  /** The pages of a part that are not to be left out, no more than a batch can have at a time. */
  static List<Part> of(Part part, IntPredicate leftOut) {
    int[] wanted =
        IntStream.range(0, part.count()).filter(i -> !leftOut.test(part.page(i))).toArray();
    if (wanted.length == part.count() && wanted.length <= Batch.MAX_PAGES) {
      return List.of(part);
    }
    List<Part> parts = new ArrayList<>();
    for (int from = 0; from < wanted.length; from += Batch.MAX_PAGES) {
      int to = Math.min(wanted.length, from + Batch.MAX_PAGES);
      parts.add(new SelectedPart(part, Arrays.copyOfRange(wanted, from, to)));
    }
    return parts;
  }

  @Override
  public int count() {
    return wanted.length;
  }

  @Override
  public int page(int i) {
    return part.page(wanted[i]);
  }

  @Override
  public int index(int i) {
    return part.index(wanted[i]);
  }

  @Override
  public Sha256 hash(int i) {
    return part.hash(wanted[i]);
  }

  @Override
  public double bytesPerPage() {
    return part.bytesPerPage();
  }

  @Override
  public byte[] read() throws IOException {
    return part.read();
  }

  @Override
  public byte @Nullable [] whole() {
    return null;
  }
}
