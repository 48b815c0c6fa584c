package org.replaymigrate.vkernel.virtio;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.replaymigrate.vkernel.MachineConfig.Slot;
import org.replaymigrate.vkernel.port.BlockStore;
import org.replaymigrate.vkernel.port.OutputDigest;
import org.replaymigrate.vkernel.state.DeviceState;
import org.replaymigrate.vkernel.state.InvalidStateException;

/**
 * Disk (5.2). A request is
 *
 * <pre>
 *   struct virtio_blk_req { le32 type; le32 reserved; le64 sector; u8 data[]; u8 status; }
 * </pre>
 *
 * and is served at once, straight between guest RAM and the store. When the store throws {@link
 * org.replaymigrate.vkernel.port.HostFault} the request is still the queue's next, and doing it all
 * again has the same effect as doing it once.
 */
public final class VirtioBlk implements VirtioDevice {
  private static final int TYPE = 2;
  private static final int SECTOR = 512;
  private static final int HEADER = 16;
  private static final int SERIAL = 20;
  private static final int CONFIG_BYTES = 60;

  private static final int FEATURE_SIZE_MAX = 1;
  private static final int FEATURE_SEG_MAX = 2;
  private static final int FEATURE_READ_ONLY = 5;
  private static final int FEATURE_BLOCK_SIZE = 6;
  private static final int FEATURE_FLUSH = 9;
  private static final int FEATURE_DISCARD = 13;
  private static final int FEATURE_WRITE_ZEROES = 14;

  private static final int IN = 0;
  private static final int OUT = 1;
  private static final int FLUSH = 4;
  private static final int GET_ID = 8;
  private static final int DISCARD = 11;
  private static final int WRITE_ZEROES = 13;

  private static final byte OK = 0;
  private static final byte IO_ERROR = 1;
  private static final byte UNSUPPORTED = 2;

  /** With {@link #MAX_SEGMENT} it keeps the largest request under the queue's bound. */
  private static final int MAX_SEGMENTS = 254;

  private static final int MAX_SEGMENT = 128 << 10;

  private static final int RANGE = 16; // struct { le64 sector; le32 num_sectors; le32 flags; }
  private static final int MAX_RANGES = 16;
  private static final int MAX_RANGE_SECTORS = 1 << 21;
  private static final int RANGE_UNMAP = 1;

  private final int disk;
  private final boolean readOnly;
  private final byte[] serial;
  private final long sectors;
  private final BlockStore store;
  private final OutputDigest digest;
  private final byte[] config;
  private Transport transport = Detached.INSTANCE;

  /** Nothing is kept between requests. */
  public record State() implements DeviceState {}

  /**
   * A disk.
   *
   * @param disk its index among the machine's disks
   * @param digest hears of every write, once, after it has succeeded
   */
  public VirtioBlk(int disk, Slot.Disk slot, BlockStore store, OutputDigest digest) {
    if (store.sizeBytes() != slot.sizeBytes()) {
      throw new IllegalArgumentException(
          "disk " + disk + " has " + store.sizeBytes() + " bytes, not " + slot.sizeBytes());
    }
    this.disk = disk;
    this.store = store;
    this.digest = digest;
    readOnly = slot.readOnly();
    serial = new byte[SERIAL];
    byte[] name = slot.serial().getBytes(US_ASCII);
    System.arraycopy(name, 0, serial, 0, name.length);
    sectors = slot.sizeBytes() / SECTOR;
    config = configuration();
  }

  /** {@code struct virtio_blk_config}, 5.2.4. */
  private byte[] configuration() {
    ByteBuffer b = ByteBuffer.allocate(CONFIG_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    b.putLong(0, sectors);
    b.putInt(8, MAX_SEGMENT);
    b.putInt(12, MAX_SEGMENTS);
    b.putInt(20, SECTOR);
    b.putShort(34, (short) 1); // queues
    b.putInt(36, MAX_RANGE_SECTORS);
    b.putInt(40, MAX_RANGES);
    b.putInt(44, 1); // alignment of discards, in sectors
    b.putInt(48, MAX_RANGE_SECTORS);
    b.putInt(52, MAX_RANGES);
    b.put(56, (byte) 1); // write-zeroes may unmap
    return b.array();
  }

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public long features() {
    long common =
        1L << FEATURE_SIZE_MAX
            | 1L << FEATURE_SEG_MAX
            | 1L << FEATURE_BLOCK_SIZE
            | 1L << FEATURE_FLUSH;
    return readOnly
        ? common | 1L << FEATURE_READ_ONLY
        : common | 1L << FEATURE_DISCARD | 1L << FEATURE_WRITE_ZEROES;
  }

  @Override
  public int queues() {
    return 1;
  }

  @Override
  public byte[] config() {
    return config;
  }

  @Override
  public void connect(Transport transport) {
    this.transport = transport;
  }

  @Override
  public void process(int index) {
    VirtQueue queue = transport.queue(index);
    for (int waiting = queue.available(); waiting > 0; waiting--) {
      Chain request = queue.peek();
      if (request == null) {
        return;
      }
      // A status byte and a header that stay what they are while the request is served.
      if (request.readableBytes() < HEADER
          || request.writableBytes() < 1
          || request.writesItsFirst(HEADER)) {
        transport.fail();
        return;
      }
      byte status = serve(request);
      long last = request.writableBytes() - 1;
      request.write(last, new byte[] {status}, 0, 1);
      queue.use(request, status == OK ? last + 1 : 1);
      queue.publish();
    }
  }

  private byte serve(Chain request) {
    byte[] header = new byte[HEADER];
    request.read(0, header);
    ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    long sector = fields.getLong(8);
    return switch (fields.getInt(0)) {
      case IN -> read(request, sector);
      case OUT -> readOnly ? IO_ERROR : write(request, sector);
      case FLUSH -> flush();
      case GET_ID -> identify(request);
      case DISCARD -> readOnly ? IO_ERROR : zero(request, 0);
      case WRITE_ZEROES -> readOnly ? IO_ERROR : zero(request, RANGE_UNMAP);
      default -> UNSUPPORTED;
    };
  }

  private boolean onDisk(long sector, long count) {
    return sector >= 0 && count >= 0 && count <= sectors && sector <= sectors - count;
  }

  private byte read(Chain request, long sector) {
    long bytes = request.writableBytes() - 1;
    if (bytes % SECTOR != 0 || !onDisk(sector, bytes / SECTOR)) {
      return IO_ERROR;
    }
    long offset = sector * SECTOR;
    if (request.writableCutAt(SECTOR, 0, bytes)) {
      request.eachWritable(0, bytes, (at, part) -> store.read(offset + at, part));
    } else {
      byte[] all = new byte[(int) bytes];
      store.read(offset, MemorySegment.ofArray(all));
      request.write(0, all, 0, all.length);
    }
    return OK;
  }

  private byte write(Chain request, long sector) {
    long bytes = request.readableBytes() - HEADER;
    if (bytes % SECTOR != 0 || !onDisk(sector, bytes / SECTOR)) {
      return IO_ERROR;
    }
    long offset = sector * SECTOR;
    if (request.readableCutAt(SECTOR, HEADER, bytes)) {
      request.eachReadable(HEADER, bytes, (at, part) -> store.write(offset + at, part));
      // Not in the same go: a fault in the middle must not count the first pieces twice.
      request.eachReadable(HEADER, bytes, (at, part) -> digest.diskWrite(disk, offset + at, part));
    } else {
      byte[] all = new byte[(int) bytes];
      request.read(HEADER, all);
      store.write(offset, MemorySegment.ofArray(all));
      digest.diskWrite(disk, offset, MemorySegment.ofArray(all));
    }
    return OK;
  }

  private byte flush() {
    store.flush();
    return OK;
  }

  private byte identify(Chain request) {
    if (request.writableBytes() - 1 < SERIAL) {
      return IO_ERROR;
    }
    request.write(0, serial, 0, SERIAL);
    return OK;
  }

  /** Discards read as zeroes here, so that both kinds of request do the same (5.2.6.2). */
  private byte zero(Chain request, int allowedFlags) {
    long bytes = request.readableBytes() - HEADER;
    if (bytes == 0 || bytes % RANGE != 0 || bytes / RANGE > MAX_RANGES) {
      return IO_ERROR;
    }
    byte[] all = new byte[HEADER + (int) bytes];
    request.read(0, all);
    ByteBuffer ranges = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = HEADER; at < all.length; at += RANGE) {
      long count = Integer.toUnsignedLong(ranges.getInt(at + 8));
      if ((ranges.getInt(at + 12) & ~allowedFlags) != 0) {
        return UNSUPPORTED;
      }
      if (count > MAX_RANGE_SECTORS || !onDisk(ranges.getLong(at), count)) {
        return IO_ERROR;
      }
    }
    for (int at = HEADER; at < all.length; at += RANGE) {
      long count = Integer.toUnsignedLong(ranges.getInt(at + 8));
      if (count > 0) {
        store.discard(ranges.getLong(at) * SECTOR, count * SECTOR);
      }
    }
    for (int at = HEADER; at < all.length; at += RANGE) {
      long count = Integer.toUnsignedLong(ranges.getInt(at + 8));
      digest.diskDiscard(disk, ranges.getLong(at) * SECTOR, count * SECTOR);
    }
    return OK;
  }

  @Override
  public void reset() {}

  @Override
  public DeviceState save() {
    return new State();
  }

  @Override
  public void restore(DeviceState state) {
    if (!(state instanceof State)) {
      throw new InvalidStateException("disk: state of another device");
    }
  }
}
