package org.replaymigrate.protocol.checkpoint;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.replaymigrate.protocol.codec.StateCodec;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.MachineState;

/**
 * What a checkpoint holds, apart from the pages themselves.
 *
 * @param vkernel whose it is
 * @param number its number within the vkernel
 * @param epochNanos the date at which it was taken
 * @param position the place in the log that follows it
 * @param spaces RAM first, then one for each disk
 */
public record CheckpointManifest(
    UUID vkernel,
    long number,
    long epochNanos,
    LogPosition position,
    MachineConfig config,
    MachineState state,
    List<Space> spaces) {
  private static final int MAX_SPACES = 1 + MachineConfig.MAX_SLOTS;

  /**
   * The pages of one space.
   *
   * @param pages how many the space has
   * @param batches those that are saved; all others are absent, or zero
   */
  public record Space(int pages, List<Batch> batches) {
    public Space {
      batches = List.copyOf(batches);
    }

    /** How many pages are saved. */
    public long saved() {
      return batches.stream().mapToLong(batch -> batch.pages().length).sum();
    }
  }

  /**
   * Pages that were compressed together.
   *
   * @param offset in the file
   * @param length compressed bytes
   * @param checksum CRC32C of the compressed bytes
   * @param pages their numbers, in the order in which they stand
   */
  public record Batch(long offset, int length, int checksum, int[] pages) {
    /** Most pages in a batch. */
    public static final int MAX_PAGES = 128;
  }

  public CheckpointManifest {
    spaces = List.copyOf(spaces);
  }

  byte[] encode() {
    StateCodec codec = new StateCodec();
    Output out = new Output(1 << 16, -1);
    out.writeLong(vkernel.getMostSignificantBits());
    out.writeLong(vkernel.getLeastSignificantBits());
    out.writeVarLong(number, true);
    out.writeVarLong(epochNanos, true);
    out.writeVarInt(position.segment(), true);
    out.writeVarLong(position.sequence(), true);
    out.writeVarLong(position.instructions(), true);
    bytes(out, codec.encode(config));
    bytes(out, codec.encode(state));
    out.writeVarInt(spaces.size(), true);
    for (Space space : spaces) {
      out.writeVarInt(space.pages(), true);
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
      }
    }
    return out.toBytes();
  }

  private static void bytes(Output out, byte[] bytes) {
    out.writeVarInt(bytes.length, true);
    out.writeBytes(bytes);
  }

  /**
   * Reads a manifest whose checksum was right.
   *
   * @throws FormatException.Corrupt if it is none all the same
   */
  static CheckpointManifest decode(byte[] bytes, String where) throws FormatException.Corrupt {
    Input in = new Input(bytes);
    StateCodec codec = new StateCodec();
    try {
      UUID vkernel = new UUID(in.readLong(), in.readLong());
      long number = in.readVarLong(true);
      long epochNanos = in.readVarLong(true);
      LogPosition position =
          new LogPosition(in.readVarInt(true), in.readVarLong(true), in.readVarLong(true));
      MachineConfig config = codec.decodeConfig(bytes(in, where));
      MachineState state = codec.decodeState(bytes(in, where));
      int count = in.readVarInt(true);
      require(count >= 1 && count <= MAX_SPACES, where, count + " page spaces");
      List<Space> spaces = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        spaces.add(space(in, where));
      }
      require(in.position() == in.limit(), where, "a manifest with bytes to spare");
      return new CheckpointManifest(vkernel, number, epochNanos, position, config, state, spaces);
    } catch (KryoException e) {
      throw new FormatException.Corrupt(where + ": manifest is cut short");
    }
  }

  private static Space space(Input in, String where) throws FormatException.Corrupt {
    int pages = in.readVarInt(true);
    int count = in.readVarInt(true);
    require(pages >= 0 && count >= 0 && count <= left(in), where, count + " batches");
    boolean[] seen = new boolean[Math.min(pages, 1 << 30)];
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long offset = in.readVarLong(true);
      int length = in.readVarInt(true);
      int checksum = in.readInt();
      int[] numbers = new int[count(in, where)];
      int last = 0;
      for (int k = 0; k < numbers.length; k++) {
        last += in.readVarInt(false);
        boolean fresh = last >= 0 && last < seen.length && !seen[last];
        require(fresh, where, "page " + last + " is listed twice, or there is no such page");
        seen[last] = true;
        numbers[k] = last;
      }
      batches.add(new Batch(offset, length, checksum, numbers));
    }
    return new Space(pages, batches);
  }

  private static int count(Input in, String where) throws FormatException.Corrupt {
    int pages = in.readVarInt(true);
    require(
        pages >= 1 && pages <= Batch.MAX_PAGES && pages <= left(in),
        where,
        "a batch of " + pages + " pages");
    return pages;
  }

  private static byte[] bytes(Input in, String where) throws FormatException.Corrupt {
    int length = in.readVarInt(true);
    require(length >= 0 && length <= left(in), where, "a field of " + length + " bytes");
    return in.readBytes(length);
  }

  private static int left(Input in) {
    return in.limit() - in.position();
  }

  private static void require(boolean valid, String where, String what)
      throws FormatException.Corrupt {
    if (!valid) {
      throw new FormatException.Corrupt(where + ": " + what);
    }
  }
}
