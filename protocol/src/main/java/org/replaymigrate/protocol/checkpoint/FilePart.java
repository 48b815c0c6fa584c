package org.replaymigrate.protocol.checkpoint;

import java.io.IOException;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Batch;
import org.replaymigrate.protocol.store.Sha256;

/**
 * A batch of a checkpoint's own file.
 *
 * @param indices those of its pages that are wanted
 */
record FilePart(CheckpointFile file, Batch batch, int[] indices) implements Part {
  FilePart(CheckpointFile file, Batch batch, BitSet indices) {
    this(file, batch, indices.stream().toArray());
  }

  @Override
  public int count() {
    return indices.length;
  }

  @Override
  public int page(int i) {
    return batch.pages()[indices[i]];
  }

  @Override
  public int index(int i) {
    return indices[i];
  }

  @Override
  public Sha256 hash(int i) {
    return Sha256.at(batch.hashes(), indices[i] * Sha256.BYTES);
  }

  @Override
  public double bytesPerPage() {
    return (double) batch.length() / batch.pages().length;
  }

  @Override
  public byte[] read() throws IOException {
    return file.read(batch);
  }

  @Override
  public byte @Nullable [] whole() throws IOException {
    return indices.length == batch.pages().length ? file.compressed(batch) : null;
  }
}
