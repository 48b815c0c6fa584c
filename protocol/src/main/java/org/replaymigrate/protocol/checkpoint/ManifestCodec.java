package org.replaymigrate.protocol.checkpoint;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Batch;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Listed;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Mapped;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Run;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Space;
import org.replaymigrate.protocol.codec.StateCodec;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.protocol.store.Sha256;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.MachineConfig.Slot;
import org.replaymigrate.vkernel.MachineState;

/**
 * Manifests as bytes: docs/formats/checkpoint.md. Allocates in proportion to the bytes it is given.
 */
final class ManifestCodec {
  private final StateCodec codec = new StateCodec();
  private final String where;

  /**
   * @param where what the bytes are, for messages
   */
  ManifestCodec(String where) {
    this.where = where;
  }

  /** In version 1, if the pages are in the checkpoint's own file, and else in version 2. */
  static int version(CheckpointManifest manifest) {
    return manifest.spaces().getFirst() instanceof Mapped ? 2 : 1;
  }

  byte[] encode(CheckpointManifest manifest) {
    Output out = new Output(1 << 16, -1);
    out.writeLong(manifest.vkernel().getMostSignificantBits());
    out.writeLong(manifest.vkernel().getLeastSignificantBits());
    out.writeVarLong(manifest.number(), true);
    if (version(manifest) == 1) {
      out.writeVarLong(manifest.parent() + 1, true);
    } else {
      out.writeByte(manifest.automatic() ? 1 : 0);
    }
    out.writeLong(manifest.epochNanos());
    out.writeVarInt(manifest.position().segment(), true);
    out.writeVarLong(manifest.position().sequence(), true);
    out.writeVarLong(manifest.position().instructions(), true);
    out.writeLong(manifest.digest().low());
    out.writeLong(manifest.digest().high());
    writeField(out, codec.encode(manifest.config()));
    writeField(out, codec.encode(manifest.state()));
    if (version(manifest) == 2) {
      out.writeVarInt(manifest.packs().size(), true);
      manifest.packs().forEach(pack -> out.writeBytes(pack.bytes()));
    }
    out.writeVarInt(manifest.spaces().size(), true);
    for (Space space : manifest.spaces()) {
      switch (space) {
        case Listed listed -> write(out, listed);
        case Mapped mapped -> MapCodec.write(out, mapped.map(), manifest.packs().size());
      }
    }
    return out.toBytes();
  }

  private static void writeField(Output out, byte[] bytes) {
    out.writeVarInt(bytes.length, true);
    out.writeBytes(bytes);
  }

  private static void write(Output out, Listed space) {
    out.writeVarInt(space.pages(), true);
    out.writeVarInt(space.zeroes().size(), true);
    int end = 0;
    for (Run run : space.zeroes()) {
      out.writeVarInt(run.first() - end, true);
      out.writeVarInt(run.count(), true);
      end = run.first() + run.count();
    }
    out.writeVarInt(space.batches().size(), true);
    for (Batch batch : space.batches()) {
      out.writeVarLong(batch.offset(), true);
      out.writeVarInt(batch.length(), true);
      out.writeInt(batch.checksum());
      out.writeVarInt(batch.pages().length, true);
      int last = 0;
      for (int page : batch.pages()) {
        out.writeVarInt(page - last, false);
        last = page;
      }
      out.writeBytes(batch.hashes());
    }
  }

  /**
   * Reads a manifest whose checksum was right.
   *
   * @param version 1 or 2
   * @throws FormatException.Corrupt if it is none all the same
   */
  CheckpointManifest decode(byte[] bytes, int version) throws FormatException.Corrupt {
    Input in = new Input(bytes);
    try {
      CheckpointManifest manifest = read(in, version);
      require(in.position() == in.limit(), "a manifest with bytes to spare");
      return manifest;
    } catch (KryoException e) {
      throw new FormatException.Corrupt(where + ": manifest is cut short");
    } catch (IllegalArgumentException e) {
      throw new FormatException.Corrupt(where + ": " + e.getMessage());
    }
  }

  private CheckpointManifest read(Input in, int version) throws FormatException.Corrupt {
    UUID vkernel = new UUID(in.readLong(), in.readLong());
    long number = in.readVarLong(true);
    long parent = version == 1 ? in.readVarLong(true) - 1 : CheckpointManifest.NO_PARENT;
    int automatic = version == 1 ? 0 : in.readByte();
    require(automatic == 0 || automatic == 1, "a checkpoint of kind " + automatic);
    long epochNanos = in.readLong();
    LogPosition position =
        new LogPosition(in.readVarInt(true), in.readVarLong(true), in.readVarLong(true));
    require(
        position.segment() >= 0 && position.sequence() >= 0 && position.instructions() >= 0,
        "a negative place in the log");
    long low = in.readLong();
    Digest128 digest = new Digest128(in.readLong(), low);
    MachineConfig config = codec.decodeConfig(readField(in));
    MachineState state = codec.decodeState(readField(in));
    List<Sha256> packs = new ArrayList<>();
    for (int n = version == 1 ? 0 : readCount(in); n > 0; n--) {
      packs.add(Sha256.at(in.readBytes(Sha256.BYTES), 0));
    }
    List<Long> sizes = sizes(config);
    int count = in.readVarInt(true);
    require(count == sizes.size(), count + " page spaces, not " + sizes.size());
    List<Space> spaces = new ArrayList<>();
    for (long size : sizes) {
      int pages = readPages(in, size);
      spaces.add(
          version == 1
              ? readListed(in, pages)
              : new Mapped(MapCodec.read(in, pages, packs.size(), spaces.isEmpty())));
    }
    return new CheckpointManifest(
        vkernel,
        number,
        parent,
        automatic == 1,
        epochNanos,
        position,
        digest,
        config,
        state,
        packs,
        spaces);
  }

  /** Bytes of RAM and of each disk. */
  private static List<Long> sizes(MachineConfig config) {
    List<Long> sizes = new ArrayList<>();
    sizes.add(config.memoryBytes());
    for (Slot slot : config.slots()) {
      if (slot instanceof Slot.Disk disk) {
        sizes.add(disk.sizeBytes());
      }
    }
    return sizes;
  }

  private int readPages(Input in, long size) throws FormatException.Corrupt {
    int pages = in.readVarInt(true);
    long due =
        (size >>> PagedContent.PAGE_SHIFT) + ((size & (PagedContent.PAGE_SIZE - 1)) == 0 ? 0 : 1);
    require(pages == due, "a space of " + pages + " pages, not " + due);
    return pages;
  }

  private Listed readListed(Input in, int pages) throws FormatException.Corrupt {
    List<Run> zeroes = new ArrayList<>();
    int end = 0;
    for (int n = readCount(in); n > 0; n--) {
      int first = end + in.readVarInt(true);
      int count = in.readVarInt(true);
      require(
          first >= end && count >= 1 && first <= pages - count, "a run of zero pages out of place");
      zeroes.add(new Run(first, count));
      end = first + count;
    }
    List<Batch> batches = new ArrayList<>();
    for (int n = readCount(in); n > 0; n--) {
      batches.add(readBatch(in, pages));
    }
    return new Listed(pages, zeroes, batches);
  }

  private Batch readBatch(Input in, int pages) throws FormatException.Corrupt {
    long offset = in.readVarLong(true);
    int length = in.readVarInt(true);
    int checksum = in.readInt();
    int count = readCount(in);
    require(count >= 1 && count <= Batch.MAX_PAGES, "a batch of " + count + " pages");
    int[] numbers = new int[count];
    int page = 0;
    for (int i = 0; i < count; i++) {
      page += in.readVarInt(false);
      require(page >= 0 && page < pages, "there is no page " + page);
      numbers[i] = page;
    }
    return new Batch(offset, length, checksum, numbers, in.readBytes(count * Sha256.BYTES));
  }

  private byte[] readField(Input in) throws FormatException.Corrupt {
    return in.readBytes(readCount(in));
  }

  /** A number of things each of which takes at least a byte. */
  private int readCount(Input in) throws FormatException.Corrupt {
    int count = in.readVarInt(true);
    require(count >= 0 && count <= in.limit() - in.position(), "a manifest that is cut short");
    return count;
  }

  private void require(boolean valid, String what) throws FormatException.Corrupt {
    if (!valid) {
      throw new FormatException.Corrupt(where + ": " + what);
    }
  }
}
