package org.replaymigrate.protocol.upkeep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;

/**
 * Removes recordings of vkernels that were here and have come back since: of each vkernel the
 * newest stay, with which its next return need not begin from nothing. One whose owner cannot be
 * read is left alone, for somebody to look at.
 */
public final class PastTrim {
  private record Dated(VkernelFolder folder, FileTime changed) {}

  private PastTrim() {}

  /**
   * Removes them. A migration that was about to begin with one of them is sent everything.
   *
   * @param keep how many of each vkernel stay, at least 0
   * @return how many are gone
   */
  public static int trim(Home home, Predicate<UUID> of, int keep) throws IOException {
    Map<UUID, List<Dated>> recordings = new HashMap<>();
    for (VkernelFolder folder : home.pastFolders()) {
      UUID vkernel = vkernel(folder);
      if (vkernel != null && of.test(vkernel)) {
        recordings
            .computeIfAbsent(vkernel, id -> new ArrayList<>())
            .add(new Dated(folder, Files.getLastModifiedTime(folder.owner())));
      }
    }
    int gone = 0;
    for (List<Dated> each : recordings.values()) {
      each.sort(Comparator.comparing(Dated::changed).reversed());
      for (Dated old : each.subList(Math.min(keep, each.size()), each.size())) {
        old.folder.remove();
        gone++;
      }
    }
    return gone;
  }

  private static @Nullable UUID vkernel(VkernelFolder folder) {
    try {
      Ownership ownership = new OwnerFile(folder.owner()).read();
      return ownership == null ? null : ownership.vkernel();
    } catch (IOException e) {
      return null;
    }
  }
}
