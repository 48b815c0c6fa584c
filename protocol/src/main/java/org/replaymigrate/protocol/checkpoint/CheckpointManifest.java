package org.replaymigrate.protocol.checkpoint;

import java.util.List;
import java.util.UUID;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.store.Sha256;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.MachineState;

/**
 * What a checkpoint holds, apart from the pages themselves.
 *
 * @param vkernel whose it is
 * @param number its number within the vkernel, from 0
 * @param parent number of the checkpoint that holds the pages which this one does not list, less
 *     than {@code number}; {@link #NO_PARENT} if those are as they were at power-on
 * @param automatic whether nobody has asked for it, so that it may go when there are newer ones
 * @param epochNanos the date at which it was taken
 * @param position the place in the log that follows it
 * @param digest of the whole state, {@link Digest128#NONE} if it was not asked for
 * @param packs of the home's store that hold its pages; none if its own file does
 * @param spaces RAM first, then one for each disk
 */
public record CheckpointManifest(
    UUID vkernel,
    long number,
    long parent,
    boolean automatic,
    long epochNanos,
    LogPosition position,
    Digest128 digest,
    MachineConfig config,
    MachineState state,
    List<Sha256> packs,
    List<Space> spaces) {
  /** The checkpoint is complete in itself. */
  public static final long NO_PARENT = -1;

  /** The pages of RAM, or of a disk. */
  public sealed interface Space {
    /** How many the space has. */
    int pages();

    /** How many of them are saved, and neither zero nor as they were at power-on. */
    long saved();
  }

  /**
   * A space whose pages are in the store.
   *
   * @param map of all of them
   */
  public record Mapped(PageMap map) implements Space {
    @Override
    public int pages() {
      return map.pages();
    }

    @Override
    public long saved() {
      return map.saved();
    }
  }

  /**
   * A space whose pages are in the checkpoint's own file.
   *
   * @param pages how many the space has
   * @param zeroes those that hold only zeroes, ascending and apart; of RAM only if there is a
   *     parent
   * @param batches those that are saved
   */
  public record Listed(int pages, List<Run> zeroes, List<Batch> batches) implements Space {
    public Listed {
      zeroes = List.copyOf(zeroes);
      batches = List.copyOf(batches);
    }

    @Override
    public long saved() {
      return batches.stream().mapToLong(batch -> batch.pages().length).sum();
    }
  }

  /** Pages {@code first} to {@code first + count - 1}. */
  public record Run(int first, int count) {}

  /**
   * Pages that were compressed together.
   *
   * @param offset in the file
   * @param length compressed bytes
   * @param checksum CRC32C of the compressed bytes
   * @param pages their numbers, in the order in which they stand
   * @param hashes SHA-256 of each, one after the other
   */
  public record Batch(long offset, int length, int checksum, int[] pages, byte[] hashes) {
    /** Most pages in a batch. */
    public static final int MAX_PAGES = 128;
  }

  public CheckpointManifest {
    packs = List.copyOf(packs);
    spaces = List.copyOf(spaces);
    if (number < 0 || parent < NO_PARENT || parent >= number) {
      throw new IllegalArgumentException("checkpoint " + number + " with parent " + parent);
    }
  }

  /** A manifest whose pages are still to be written. */
  public static CheckpointManifest head(
      UUID vkernel,
      long number,
      long parent,
      long epochNanos,
      LogPosition position,
      Digest128 digest,
      MachineConfig config,
      MachineState state) {
    return new CheckpointManifest(
        vkernel,
        number,
        parent,
        false,
        epochNanos,
        position,
        digest,
        config,
        state,
        List.of(),
        List.of());
  }

  /** The same, as one that nobody has asked for. */
  public CheckpointManifest automatically() {
    return new CheckpointManifest(
        vkernel, number, parent, true, epochNanos, position, digest, config, state, packs, spaces);
  }

  /** The same checkpoint with its pages in its own file. */
  CheckpointManifest with(List<Space> written) {
    return with(parent, digest, List.of(), written);
  }

  /** The same checkpoint with its pages elsewhere. */
  CheckpointManifest with(
      long newParent, Digest128 newDigest, List<Sha256> newPacks, List<Space> written) {
    return new CheckpointManifest(
        vkernel,
        number,
        newParent,
        automatic,
        epochNanos,
        position,
        newDigest,
        config,
        state,
        newPacks,
        written);
  }
}
