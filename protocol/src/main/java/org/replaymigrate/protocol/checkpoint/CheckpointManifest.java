package org.replaymigrate.protocol.checkpoint;

import java.util.List;
import java.util.UUID;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.MachineState;

/**
 * What a checkpoint holds, apart from the pages themselves.
 *
 * @param vkernel whose it is
 * @param number its number within the vkernel, from 0
 * @param parent number of the checkpoint that holds the pages which this one does not list, less
 *     than {@code number}; {@link #NO_PARENT} if those are as they were at power-on
 * @param epochNanos the date at which it was taken
 * @param position the place in the log that follows it
 * @param digest of the whole state, {@link Digest128#NONE} if it was not asked for
 * @param spaces RAM first, then one for each disk
 */
public record CheckpointManifest(
    UUID vkernel,
    long number,
    long parent,
    long epochNanos,
    LogPosition position,
    Digest128 digest,
    MachineConfig config,
    MachineState state,
    List<Space> spaces) {
  /** The checkpoint is complete in itself. */
  public static final long NO_PARENT = -1;

  /**
   * The pages of one space that the checkpoint lists.
   *
   * @param pages how many the space has
   * @param zeroes those that hold only zeroes, ascending and apart; of RAM only if there is a
   *     parent
   * @param batches those that are saved
   */
  public record Space(int pages, List<Run> zeroes, List<Batch> batches) {
    public Space {
      zeroes = List.copyOf(zeroes);
      batches = List.copyOf(batches);
    }

    /** How many pages are saved. */
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
        vkernel, number, parent, epochNanos, position, digest, config, state, List.of());
  }

  CheckpointManifest with(List<Space> written) {
    return new CheckpointManifest(
        vkernel, number, parent, epochNanos, position, digest, config, state, written);
  }
}
