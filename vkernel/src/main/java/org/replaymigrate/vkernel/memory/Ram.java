package org.replaymigrate.vkernel.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Guest RAM: little-endian, starting at guest-physical {@link #BASE}, over a segment which the
 * owner of the machine brings (anonymous memory, or a private mapping of a checkpoint).
 *
 * <p>Every page of 4096 bytes has a byte of flags. A page with no flags may be written without
 * telling anybody; that is what lets a write entry of the TLB go straight to memory. Flags say who
 * must be told first:
 *
 * <pre>
 *   bit 0      the page holds instructions that were decoded          (CODE)
 *   bit 1      the page holds page-table entries that a TLB relies on (PAGE_TABLE)
 *   bit 2..7   the page is unchanged since watch 0..5 was armed
 * </pre>
 *
 * Addresses are guest-physical. The caller has checked them with {@link #contains}; an address
 * outside is a bug of the engine and throws {@link IndexOutOfBoundsException}.
 */
public final class Ram {
  /** Guest-physical address of the first byte. */
  public static final long BASE = 0x8000_0000L;

  public static final int PAGE_SHIFT = 12;
  public static final int PAGE_SIZE = 1 << PAGE_SHIFT;

  /** Flag: decoded instructions depend on this page. */
  public static final int CODE = 1;

  /** Flag: translations depend on this page. */
  public static final int PAGE_TABLE = 2;

  private static final int FIRST_WATCH = 2;
  private static final int WATCHES = 6;

  public static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  public static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  public static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** What the CPU keeps that depends on the content of RAM, or on pages being free to write. */
  public interface Dependents {
    /** Decoded instructions of the page are stale from now on. */
    void codeWillChange(int page);

    /** Translations made from {@code length} bytes at {@code address}, on this page, are stale. */
    void pageTableWillChange(int page, long address, long length);

    /** No page may be written any more without asking {@link Ram#beforeWrite}. */
    void writesAreWatched();
  }

  private final MemorySegment memory;
  private final RawMemory raw;
  private final long size;
  private final byte[] flags;
  private final @Nullable PageWatch[] watches = new @Nullable PageWatch[WATCHES];
  private @Nullable Dependents dependents;

  /**
   * @param memory a whole number of pages, little more than 8 TiB at most; zero-filled unless a
   *     state is restored into it
   */
  public Ram(MemorySegment memory) {
    long pages = memory.byteSize() >>> PAGE_SHIFT;
    if (pages == 0 || pages > Integer.MAX_VALUE || (memory.byteSize() & (PAGE_SIZE - 1)) != 0) {
      throw new IllegalArgumentException("RAM of " + memory.byteSize() + " bytes");
    }
    this.memory = memory;
    this.raw = RawMemory.of(memory);
    this.size = memory.byteSize();
    this.flags = new byte[(int) pages];
  }

  public long size() {
    return size;
  }

  public int pages() {
    return flags.length;
  }

  /** The bytes themselves, offset 0 being {@link #BASE}. Write to it only through this class. */
  public MemorySegment memory() {
    return memory;
  }

  /**
   * The same, unchecked: for offsets that an entry of the TLB vouches for. Only {@code
   * Mmu.remember} makes such entries, with pages of RAM.
   */
  public RawMemory raw() {
    return raw;
  }

  /** Whether all of {@code [address, address + length)} is RAM; any values may be asked for. */
  public boolean contains(long address, long length) {
    long offset = address - BASE;
    return length >= 0 && length <= size && offset >= 0 && offset <= size - length;
  }

  public static int page(long address) {
    return (int) ((address - BASE) >>> PAGE_SHIFT);
  }

  private long offset(long address, int length) {
    long offset = address - BASE;
    if (offset < 0 || offset > size - length) {
      throw new IndexOutOfBoundsException("address 0x" + Long.toHexString(address));
    }
    return offset;
  }

  public byte getByte(long address) {
    return raw.getByte(offset(address, 1));
  }

  public short getShort(long address) {
    return raw.getShort(offset(address, 2));
  }

  public int getInt(long address) {
    return raw.getInt(offset(address, 4));
  }

  public long getLong(long address) {
    return raw.getLong(offset(address, 8));
  }

  public void putByte(long address, byte value) {
    beforeWrite(address, 1);
    raw.putByte(offset(address, 1), value);
  }

  public void putShort(long address, short value) {
    beforeWrite(address, 2);
    raw.putShort(offset(address, 2), value);
  }

  public void putInt(long address, int value) {
    beforeWrite(address, 4);
    raw.putInt(offset(address, 4), value);
  }

  public void putLong(long address, long value) {
    beforeWrite(address, 8);
    raw.putLong(offset(address, 8), value);
  }

  /** Copies out of RAM. */
  public void read(long address, byte[] destination, int offset, int length) {
    MemorySegment.copy(memory, JAVA_BYTE, address - BASE, destination, offset, length);
  }

  /** Copies into RAM. */
  public void write(long address, byte[] source, int offset, int length) {
    beforeWrite(address, length);
    MemorySegment.copy(source, offset, memory, JAVA_BYTE, address - BASE, length);
  }

  /** A view for reading, valid until the next instruction. */
  public MemorySegment readable(long address, long length) {
    return memory.asSlice(address - BASE, length).asReadOnly();
  }

  /** A view for writing all of it at once; whoever watches has been told. */
  public MemorySegment writable(long address, long length) {
    beforeWrite(address, length);
    return memory.asSlice(address - BASE, length);
  }

  /** Flags of a page; 0 means that it may be written freely. */
  public int flags(int page) {
    return flags[page];
  }

  /** The CPU's own flags: {@link #CODE}, {@link #PAGE_TABLE}. */
  public void addFlag(int page, int flag) {
    flags[page] |= (byte) flag;
  }

  public void removeFlag(int page, int flag) {
    flags[page] &= (byte) ~flag;
  }

  /** Connects what depends on RAM; once, before the first instruction. */
  public void connect(Dependents dependents) {
    this.dependents = dependents;
  }

  /** Tells whoever must know that these bytes are about to change. */
  public void beforeWrite(long address, long length) {
    if (length <= 0) {
      return;
    }
    int last = page(address + length - 1);
    for (int page = page(address); page <= last; page++) {
      if (flags[page] != 0) {
        tell(page, address, length);
      }
    }
  }

  private void tell(int page, long address, long length) {
    int f = flags[page] & 0xff;
    if ((f & CODE) != 0 && dependents != null) {
      dependents.codeWillChange(page);
    }
    if ((f & PAGE_TABLE) != 0 && dependents != null) {
      dependents.pageTableWillChange(page, address, length);
    }
    for (int i = 0; i < WATCHES; i++) {
      int bit = 1 << (FIRST_WATCH + i);
      PageWatch watch = watches[i];
      if ((f & bit) != 0 && watch != null) {
        flags[page] &= (byte) ~bit;
        watch.beforeFirstWrite(page);
      }
    }
  }

  /**
   * Arms a watch over all pages: it will be told once of each page that is written from now on.
   *
   * @return its handle for {@link #rearm} and {@link #unwatch}
   * @throws IllegalStateException if there are six already
   */
  public int watch(PageWatch watch) {
    for (int i = 0; i < WATCHES; i++) {
      if (watches[i] == null) {
        watches[i] = watch;
        rearm(i);
        return i;
      }
    }
    throw new IllegalStateException("more than " + WATCHES + " watches on RAM");
  }

  /** Arms a watch again for all pages. */
  public void rearm(int handle) {
    int bit = 1 << (FIRST_WATCH + handle);
    for (int page = 0; page < flags.length; page++) {
      flags[page] |= (byte) bit;
    }
    if (dependents != null) {
      dependents.writesAreWatched();
    }
  }

  /** Ends a watch. */
  public void unwatch(int handle) {
    int bit = 1 << (FIRST_WATCH + handle);
    for (int page = 0; page < flags.length; page++) {
      flags[page] &= (byte) ~bit;
    }
    watches[handle] = null;
  }

  /** Whether a watch has not been told of this page since it was armed. */
  public boolean unchanged(int handle, int page) {
    return (flags[page] & (1 << (FIRST_WATCH + handle))) != 0;
  }

  /** Fills everything with zeroes, telling nobody: for a machine that is about to be restored. */
  void clear() {
    memory.fill((byte) 0);
    Arrays.fill(flags, (byte) 0);
  }
}
