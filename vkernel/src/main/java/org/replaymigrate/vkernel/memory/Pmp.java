package org.replaymigrate.vkernel.memory;

/**
 * Physical memory protection with 16 entries and a grain of 4 bytes (Privileged ISA 20240411,
 * section 3.7).
 */
public final class Pmp {
  public static final int ENTRIES = 16;

  public static final int READ = 1;
  public static final int WRITE = 2;
  public static final int EXECUTE = 4;
  private static final int MODE = 0x18;
  private static final int TOR = 0x08;
  private static final int NA4 = 0x10;
  private static final int LOCK = 0x80;
  private static final int WRITABLE = 0x9f;
  private static final long ADDRESS_BITS = (1L << 54) - 1;

  private final byte[] config = new byte[ENTRIES];
  private final long[] address = new long[ENTRIES];

  /** The byte ranges that the entries cover: first byte, and first byte after; equal when off. */
  private final long[] from = new long[ENTRIES];

  private final long[] to = new long[ENTRIES];

  /** {@code pmpcfg0} (index 0) or {@code pmpcfg2} (index 1). */
  public long config(int index) {
    long value = 0;
    for (int i = 7; i >= 0; i--) {
      value = value << 8 | config[8 * index + i] & 0xff;
    }
    return value;
  }

  /** Writes {@code pmpcfg0} or {@code pmpcfg2}; locked entries keep their value. */
  public void setConfig(int index, long value) {
    for (int i = 0; i < 8; i++) {
      int entry = 8 * index + i;
      int c = (int) (value >>> 8 * i) & WRITABLE;
      boolean reserved = (c & (READ | WRITE)) == WRITE;
      if ((config[entry] & LOCK) == 0 && !reserved) {
        config[entry] = (byte) c;
      }
    }
    resolve();
  }

  public long address(int entry) {
    return address[entry];
  }

  /** Writes {@code pmpaddr}; ignored when the entry, or a TOR entry above it, is locked. */
  public void setAddress(int entry, long value) {
    boolean topOfLocked =
        entry + 1 < ENTRIES && (config[entry + 1] & (LOCK | MODE)) == (LOCK | TOR);
    if ((config[entry] & LOCK) == 0 && !topOfLocked) {
      address[entry] = value & ADDRESS_BITS;
      resolve();
    }
  }

  /** Takes over saved registers, locks and all. */
  public void restore(long config0, long config2, long[] addresses) {
    for (int i = 0; i < ENTRIES; i++) {
      config[i] = (byte) ((i < 8 ? config0 : config2) >>> 8 * (i & 7) & WRITABLE);
      address[i] = addresses[i] & ADDRESS_BITS;
    }
    resolve();
  }

  private void resolve() {
    for (int i = 0; i < ENTRIES; i++) {
      long base = address[i] << 2;
      switch (config[i] & MODE) {
        case 0 -> range(i, 0, 0);
        case TOR -> range(i, i == 0 ? 0 : address[i - 1] << 2, base);
        case NA4 -> range(i, base, base + 4);
        default -> {
          int ones = Math.min(Long.numberOfTrailingZeros(~address[i]), 53);
          long length = 8L << ones;
          range(i, base & -length, (base & -length) + length);
        }
      }
    }
  }

  private void range(int entry, long first, long end) {
    from[entry] = first;
    to[entry] = Math.max(first, end);
  }

  /**
   * Whether an access is permitted.
   *
   * @param physical less than 2^56
   * @param access {@link #READ}, {@link #WRITE}, {@link #EXECUTE} or several
   * @param machineMode whether it is made with M privilege
   */
  public boolean permits(long physical, long length, int access, boolean machineMode) {
    for (int i = 0; i < ENTRIES; i++) {
      if (physical < to[i] && physical + length > from[i]) {
        if (physical < from[i] || physical + length > to[i]) {
          return false;
        }
        if (machineMode && (config[i] & LOCK) == 0) {
          return true;
        }
        return (config[i] & access) == access;
      }
    }
    return machineMode;
  }

  /** Whether every access is permitted: the first entry covers everything and forbids nothing. */
  public boolean isOpen() {
    return (config[0] & (LOCK | READ | WRITE | EXECUTE)) == (READ | WRITE | EXECUTE)
        && from[0] == 0
        && to[0] >= 1L << 56;
  }

  /** Whether one answer holds for all bytes of the page. */
  public boolean isUniform(long page) {
    long end = page + Ram.PAGE_SIZE;
    for (int i = 0; i < ENTRIES; i++) {
      if (page < to[i] && end > from[i]) {
        return page >= from[i] && end <= to[i];
      }
    }
    return true;
  }
}
