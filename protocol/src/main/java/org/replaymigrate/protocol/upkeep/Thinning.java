package org.replaymigrate.protocol.upkeep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.checkpoint.CheckpointReader;
import org.replaymigrate.protocol.format.FormatException;

/**
 * Which checkpoints of a vkernel go. Of those that can be used the newest stay, and the first, with
 * which the whole recording can be replayed. One that cannot be used is left alone: it takes no
 * room, and it is for somebody to look at. Nobody needs a lock for this: whoever reads a checkpoint
 * has its files open.
 *
 * @param keep how many of the newest stay, at least 1
 * @param automaticOnly whether those that somebody asked for stay too
 * @param firstToo whether the first may go as well
 */
public record Thinning(int keep, boolean automaticOnly, boolean firstToo) {
  public Thinning {
    if (keep < 1) {
      throw new IllegalArgumentException("keep " + keep + " checkpoints: a vkernel needs one");
    }
  }

  /**
   * Removes them.
   *
   * @return the numbers of those that are gone
   */
  public List<Long> thin(CheckpointFolder folder) throws IOException {
    List<Long> gone = new ArrayList<>();
    List<Long> numbers = folder.numbers();
    int newer = 0;
    for (int i = numbers.size() - 1; i >= (firstToo ? 0 : 1); i--) {
      long number = numbers.get(i);
      try (CheckpointReader reader = folder.open(number)) {
        newer++;
        if (newer <= keep || automaticOnly && !reader.manifest().automatic()) {
          continue;
        }
      } catch (FormatException | NoSuchFileException e) {
        continue;
      }
      Files.deleteIfExists(folder.file(number));
      gone.add(number);
    }
    return gone;
  }
}
