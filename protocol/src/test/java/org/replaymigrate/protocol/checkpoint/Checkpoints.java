package org.replaymigrate.protocol.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.disk.BaseImage;
import org.replaymigrate.protocol.disk.OverlayDisk;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.protocol.page.RamPages;
import org.replaymigrate.protocol.store.PageStore;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.MachineConfig.Slot;
import org.replaymigrate.vkernel.MachineState;
import org.replaymigrate.vkernel.memory.Ram;

/** A small machine's memory and disk, and checkpoints of them. */
final class Checkpoints implements AutoCloseable {
  static final long RAM = 16L << 20;
  static final int DISK = (1 << 20) + 512;
  static final UUID VKERNEL = new UUID(7, 8);
  static final MachineConfig CONFIG =
      MachineConfig.of(RAM, 1, List.of(new Slot.Disk(DISK, false, "vda")));

  private final Arena arena = Arena.ofShared();
  final Ram ram = new Ram(arena.allocate(RAM, 4096));
  final OverlayDisk disk;
  final List<PagedContent> spaces;

  Checkpoints(Path folder, @Nullable BaseImage image) throws IOException {
    disk = OverlayDisk.open(DISK, image, folder.resolve("working-" + System.nanoTime()));
    spaces = List.of(new RamPages(ram), disk);
  }

  static CheckpointManifest head(long number, long parent) {
    return CheckpointManifest.head(
        VKERNEL,
        number,
        parent,
        1_000_000_007L,
        new LogPosition(2, 300, 4_000_000),
        new Digest128(5, 6),
        CONFIG,
        new MachineState(4_000_000, 1, 0, 9, 8, 0, 0, List.of(), List.of()));
  }

  static CheckpointManifest head(long number) {
    return head(number, CheckpointManifest.NO_PARENT);
  }

  /** Checkpoints in a folder, with a store within it. */
  static CheckpointFolder in(Path folder) {
    return new CheckpointFolder(folder, PageStore.at(folder.resolve("store")));
  }

  Snapshot hold(long number) {
    return new Snapshot(head(number), spaces);
  }

  /** Takes a checkpoint of what stands still, looking at all of it. */
  Path take(Path folder, long number) throws IOException {
    Snapshot snapshot = hold(number);
    try {
      return snapshot.write(in(folder));
    } finally {
      snapshot.release();
    }
  }

  /** Takes the next checkpoint of a series. */
  Path take(CheckpointSeries series, Path folder, long number) throws IOException {
    Snapshot snapshot = series.hold(head(number));
    try {
      return snapshot.write(in(folder));
    } finally {
      series.release(snapshot);
    }
  }

  void restore(Path path) throws IOException {
    restore(in(path.toAbsolutePath().getParent()), path);
  }

  void restore(CheckpointFolder folder, Path path) throws IOException {
    try (CheckpointReader reader = folder.open(path)) {
      reader.restoreRam(ram.memory());
      reader.restoreDisk(0, disk);
    }
  }

  void fill(int page, int value) {
    ram.writable(Ram.BASE + page * 4096L, 4096).fill((byte) value);
  }

  void fillDisk(int page, int value) {
    byte[] content = new byte[4096];
    java.util.Arrays.fill(content, (byte) value);
    disk.write(page * 4096L, MemorySegment.ofArray(content));
  }

  /** The content of all pages, for comparison. */
  List<byte[]> content() {
    List<byte[]> all = new ArrayList<>();
    for (PagedContent space : spaces) {
      for (int page = 0; page < space.pages(); page++) {
        byte[] bytes = new byte[4096];
        MemorySegment scratch = MemorySegment.ofArray(bytes);
        MemorySegment.copy(space.page(page, scratch), 0, scratch, 0, 4096);
        all.add(bytes);
      }
    }
    return all;
  }

  @Override
  public void close() throws IOException {
    disk.close();
    arena.close();
  }
}
