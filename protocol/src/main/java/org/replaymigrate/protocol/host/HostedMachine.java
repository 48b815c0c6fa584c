package org.replaymigrate.protocol.host;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest;
import org.replaymigrate.protocol.checkpoint.CheckpointReader;
import org.replaymigrate.protocol.checkpoint.GuestMemory;
import org.replaymigrate.protocol.checkpoint.SharedRam;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.digest.HashTree;
import org.replaymigrate.protocol.digest.StateDigest;
import org.replaymigrate.protocol.disk.BaseImage;
import org.replaymigrate.protocol.disk.OverlayDisk;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.page.PageDestination;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.protocol.page.RamPages;
import org.replaymigrate.protocol.store.PageStore;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.memory.Ram;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.state.InvalidStateException;
import org.replaymigrate.vkernel.translate.Translation;

/** A machine on this host. It runs nothing: whoever has it feeds it. */
public final class HostedMachine implements Closeable {
  private final Arena arena;
  private final Machine machine;
  private final List<OverlayDisk> disks;
  private final List<PagedContent> contents = new ArrayList<>();
  private final StateDigest digest;

  private HostedMachine(
      Arena arena,
      MachineConfig config,
      MemorySegment memory,
      List<OverlayDisk> disks,
      Outputs outputs,
      Translation translation) {
    this.arena = arena;
    this.disks = disks;
    this.machine = new Machine(config, memory, List.copyOf(disks), outputs, translation);
    contents.add(new RamPages(machine.ram()));
    contents.addAll(disks);
    this.digest = new StateDigest(contents);
  }

  /**
   * A machine at power-on.
   *
   * @param images what the disks hold at first, in order; null for an empty one
   * @param diskFolder where the disks' working files go; made if it is not there
   */
  public static HostedMachine powerOn(
      MachineConfig config,
      List<@Nullable BaseImage> images,
      Path diskFolder,
      Outputs outputs,
      Translation translation)
      throws IOException {
    return build(
        config,
        images,
        diskFolder,
        outputs,
        translation,
        null,
        arena -> GuestMemory.allocate(config.memoryBytes(), arena));
  }

  /**
   * A machine in the state of a checkpoint.
   *
   * @throws FormatException if the checkpoint is damaged
   */
  public static HostedMachine restore(
      CheckpointReader checkpoint,
      List<@Nullable BaseImage> images,
      Path diskFolder,
      Outputs outputs,
      Translation translation)
      throws IOException {
    return restore(
        checkpoint,
        images,
        diskFolder,
        outputs,
        translation,
        arena -> restoredRam(checkpoint, arena));
  }

  /**
   * The same; what the guest does not change of its RAM is shared with all other machines of this
   * host that begin with the checkpoint.
   *
   * @param store where the checkpoint's pages are
   */
  public static HostedMachine restoreShared(
      CheckpointReader checkpoint,
      PageStore store,
      List<@Nullable BaseImage> images,
      Path diskFolder,
      Outputs outputs,
      Translation translation)
      throws IOException {
    CheckpointManifest manifest = checkpoint.manifest();
    if (!SharedRam.isPossible(manifest)) {
      return restore(checkpoint, images, diskFolder, outputs, translation);
    }
    HostedMachine hosted =
        restore(
            checkpoint,
            images,
            diskFolder,
            outputs,
            translation,
            arena -> SharedRam.map(checkpoint, store, arena));
    if (!hosted.digest().equals(manifest.digest())) {
      hosted.close();
      throw new FormatException.Corrupt(
          store.folder() + ": the shared RAM of checkpoint " + manifest.number() + " is damaged");
    }
    return hosted;
  }

  private static MemorySegment restoredRam(CheckpointReader checkpoint, Arena arena)
      throws IOException {
    MemorySegment memory =
        GuestMemory.allocate(checkpoint.manifest().config().memoryBytes(), arena);
    checkpoint.restoreRam(memory);
    return memory;
  }

  /** Where RAM comes from. */
  @FunctionalInterface
  private interface RamSource {
    MemorySegment ram(Arena arena) throws IOException;
  }

  private static HostedMachine restore(
      CheckpointReader checkpoint,
      List<@Nullable BaseImage> images,
      Path diskFolder,
      Outputs outputs,
      Translation translation,
      RamSource ram)
      throws IOException {
    MachineConfig config = checkpoint.manifest().config();
    HostedMachine hosted = build(config, images, diskFolder, outputs, translation, checkpoint, ram);
    try {
      hosted.machine.restore(checkpoint.manifest().state());
      return hosted;
    } catch (InvalidStateException e) {
      hosted.close();
      throw new FormatException.Corrupt("checkpoint: " + e.getMessage());
    }
  }

  @SuppressWarnings(
      "MustBeClosedChecker") // closed by close(), or here when there is nothing to close
  private static HostedMachine build(
      MachineConfig config,
      List<@Nullable BaseImage> images,
      Path diskFolder,
      Outputs outputs,
      Translation translation,
      @Nullable CheckpointReader checkpoint,
      RamSource ram)
      throws IOException {
    Arena arena = Arena.ofShared();
    List<OverlayDisk> disks = new ArrayList<>();
    try {
      MemorySegment memory = ram.ram(arena);
      for (MachineConfig.Slot slot : config.slots()) {
        if (slot instanceof MachineConfig.Slot.Disk disk) {
          Files.createDirectories(diskFolder);
          int index = disks.size();
          BaseImage image = index < images.size() ? images.get(index) : null;
          OverlayDisk overlay =
              OverlayDisk.open(disk.sizeBytes(), image, diskFolder.resolve(index + ".work"));
          disks.add(overlay);
          if (checkpoint != null) {
            checkpoint.restoreDisk(index, overlay);
          }
        }
      }
      return new HostedMachine(arena, config, memory, disks, outputs, translation);
    } catch (IOException | RuntimeException e) {
      for (OverlayDisk disk : disks) {
        disk.close();
      }
      arena.close();
      throw e;
    }
  }

  public Machine machine() {
    return machine;
  }

  /** RAM, then the disks: what checkpoints and digests are made of. */
  public List<PagedContent> contents() {
    return List.copyOf(contents);
  }

  /** Digest of the whole state as it is; on the machine's thread. */
  public Digest128 digest() {
    return digest.of(machine.save());
  }

  /** The hash tree of RAM (0) or of a disk (from 1), as of the last {@link #digest}. */
  public HashTree tree(int part) {
    return digest.part(part).tree();
  }

  /** Where pages of RAM (0) or of a disk (from 1) go in a machine that will not run any more. */
  public PageDestination destination(int part) {
    return part == 0 ? PageDestination.memory(machine.ram().memory()) : disks.get(part - 1);
  }

  /**
   * Writes a page of RAM (0) or of a disk (from 1) as the guest would have: whoever watches it is
   * told. On the machine's thread, while it stands; {@link Machine#restore} must follow.
   *
   * @param content {@link PagedContent#PAGE_SIZE} bytes; of a last page that is not full, what lies
   *     behind the end is left out
   */
  public void patch(int part, int page, MemorySegment content) {
    long at = (long) page << PagedContent.PAGE_SHIFT;
    if (part == 0) {
      MemorySegment to = machine.ram().writable(Ram.BASE + at, PagedContent.PAGE_SIZE);
      MemorySegment.copy(content, 0, to, 0, PagedContent.PAGE_SIZE);
    } else {
      OverlayDisk disk = disks.get(part - 1);
      disk.write(at, content.asSlice(0, Math.min(PagedContent.PAGE_SIZE, disk.sizeBytes() - at)));
    }
  }

  /**
   * Gives memory and files back. Whoever ran the machine has come back from that, and it must not
   * be used any more: translated code addresses its memory directly.
   */
  @Override
  public void close() throws IOException {
    for (OverlayDisk disk : disks) {
      disk.close();
    }
    arena.close();
  }
}
