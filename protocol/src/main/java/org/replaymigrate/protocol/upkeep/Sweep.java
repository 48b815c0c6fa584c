package org.replaymigrate.protocol.upkeep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest;
import org.replaymigrate.protocol.checkpoint.SharedRam;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.store.PageStore;
import org.replaymigrate.protocol.store.Sha256;

/** Removes from a store what no checkpoint of its home refers to. */
public final class Sweep {
  private final Home home;
  private int packs;
  private long bytes;

  public Sweep(Home home) {
    this.home = home;
  }

  /**
   * Does it, unless somebody keeps on adding.
   *
   * @param millis for how long to wait for those who add to the store
   * @return whether it was done
   * @throws FormatException if a checkpoint cannot be read: nobody knows what it refers to, so
   *     nothing is removed
   */
  public boolean run(long millis) throws IOException {
    PageStore store = home.store();
    return !Files.isDirectory(store.folder()) || store.alone(millis, () -> sweep(store));
  }

  private void sweep(PageStore store) throws IOException {
    Set<Sha256> needed = new HashSet<>();
    Set<Digest128> states = new HashSet<>();
    for (CheckpointManifest manifest : manifests()) {
      needed.addAll(manifest.packs());
      states.add(manifest.digest());
    }
    for (Sha256 pack : store.list()) {
      if (!needed.contains(pack)) {
        remove(store.file(pack));
        packs++;
      }
    }
    for (Path leftover : store.leftovers()) {
      remove(leftover);
    }
    SharedRam.sweep(store, states);
  }

  private void remove(Path file) throws IOException {
    bytes += Files.size(file);
    Files.delete(file);
  }

  /** All that anybody can bring up. */
  private List<CheckpointManifest> manifests() throws IOException {
    List<CheckpointManifest> manifests = new ArrayList<>();
    for (VkernelFolder vkernel : home.folders()) {
      CheckpointFolder checkpoints = vkernel.checkpoints();
      for (long number : checkpoints.numbers()) {
        try {
          manifests.add(checkpoints.manifest(number));
        } catch (NoSuchFileException e) {
          // It has just gone.
        }
      }
    }
    return manifests;
  }

  /** How many packs are gone. */
  public int packs() {
    return packs;
  }

  /** How much room they took, with what interrupted writers had left. */
  public long bytes() {
    return bytes;
  }
}
