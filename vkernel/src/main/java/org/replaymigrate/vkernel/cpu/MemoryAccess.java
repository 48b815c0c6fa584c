package org.replaymigrate.vkernel.cpu;

import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.decode.Block;
import org.replaymigrate.vkernel.decode.CodeCache;
import org.replaymigrate.vkernel.decode.Decoder;
import org.replaymigrate.vkernel.memory.Mmu;
import org.replaymigrate.vkernel.memory.Pmp;
import org.replaymigrate.vkernel.memory.Ram;
import org.replaymigrate.vkernel.memory.Tlb;

/**
 * Loads, stores and fetches that the TLB does not answer: translation, pages which somebody
 * watches, devices, and accesses across two pages. {@code hart.executed} is exact while one is
 * made.
 */
final class MemoryAccess {
  /** The access was made. */
  static final int DONE = 0;

  /** The access was made; the block must end after this instruction. */
  static final int LEAVE = 1;

  /** The instruction traps: {@link #cause} and {@link #value}. */
  static final int TRAP = 2;

  /** The instruction has not executed: the host must answer first. */
  static final int HOST = 3;

  private static final int PAGE_OFFSET = Ram.PAGE_SIZE - 1;

  private final Hart hart;
  private final Ram ram;
  private final Mmu mmu;

  /** What a load has read, zero-extended. */
  long loaded;

  int cause;
  long value;

  MemoryAccess(Hart hart) {
    this.hart = hart;
    this.ram = hart.ram;
    this.mmu = hart.mmu;
  }

  /** Loads {@code size} bytes (1, 2, 4, 8) at any alignment into {@link #loaded}. */
  int load(long address, int size) {
    Activity before = begin();
    int result = makeLoad(address, size);
    hart.activity = before;
    return result;
  }

  private Activity begin() {
    Activity before = hart.activity;
    hart.activity = Activity.WALKING;
    hart.tlbMisses++;
    return before;
  }

  private void reachDevice() {
    hart.activity = Activity.DEVICE;
    hart.deviceAccesses++;
  }

  private int makeLoad(long address, int size) {
    if ((address & PAGE_OFFSET) + size > Ram.PAGE_SIZE) {
      return loadAcross(address, size);
    }
    long physical = translate(address, size, Pmp.READ, Cause.LOAD_ACCESS_FAULT, address);
    if (physical < 0) {
      return TRAP;
    }
    if (ram.contains(physical, size)) {
      mmu.remember(address, physical, Pmp.READ, hart.dataMode);
      loaded = read(physical, size);
      return DONE;
    }
    if (!hart.bus.isMapped(physical, size)) {
      return fault(Cause.LOAD_ACCESS_FAULT, address);
    }
    if (hart.environment.needsHost(physical)) {
      return HOST;
    }
    reachDevice();
    loaded = hart.bus.load(physical, size);
    hart.attention |= Hart.YIELD;
    return LEAVE;
  }

  /** Stores the low {@code size} bytes (1, 2, 4, 8) at any alignment. */
  int store(long address, int size, long data) {
    Activity before = begin();
    int result = makeStore(address, size, data);
    hart.activity = before;
    return result;
  }

  private int makeStore(long address, int size, long data) {
    if ((address & PAGE_OFFSET) + size > Ram.PAGE_SIZE) {
      return storeAcross(address, size, data);
    }
    long physical = translate(address, size, Pmp.WRITE, Cause.STORE_ACCESS_FAULT, address);
    if (physical < 0) {
      return TRAP;
    }
    if (ram.contains(physical, size)) {
      return storeRam(address, physical, size, data);
    }
    if (!hart.bus.isMapped(physical, size)) {
      return fault(Cause.STORE_ACCESS_FAULT, address);
    }
    reachDevice();
    hart.bus.store(physical, size, data);
    hart.attention |= Hart.YIELD;
    return LEAVE;
  }

  private int storeRam(long address, long physical, int size, long data) {
    write(physical, size, data);
    mmu.remember(address, physical, Pmp.WRITE, hart.dataMode);
    return outcome();
  }

  /** Loads from RAM; false if the load traps or is not from RAM, and nothing has happened. */
  boolean loadRam(long address, int size) {
    Activity before = begin();
    boolean made = makeLoadRam(address, size);
    hart.activity = before;
    return made;
  }

  private boolean makeLoadRam(long address, int size) {
    if ((address & PAGE_OFFSET) + size > Ram.PAGE_SIZE) {
      return loadAcross(address, size) == DONE;
    }
    long physical = mmu.translate(address, size, Pmp.READ, hart.dataMode);
    if (!ram.contains(physical, size)) {
      return false;
    }
    mmu.remember(address, physical, Pmp.READ, hart.dataMode);
    loaded = read(physical, size);
    return true;
  }

  /** Stores to RAM; TRAP if the store traps or is not to RAM, and nothing has happened. */
  int storeRam(long address, int size, long data) {
    Activity before = begin();
    int result = makeStoreRam(address, size, data);
    hart.activity = before;
    return result;
  }

  private int makeStoreRam(long address, int size, long data) {
    if ((address & PAGE_OFFSET) + size > Ram.PAGE_SIZE) {
      return storeAcross(address, size, data);
    }
    long physical = mmu.translate(address, size, Pmp.WRITE, hart.dataMode);
    return ram.contains(physical, size) ? storeRam(address, physical, size, data) : TRAP;
  }

  private int loadAcross(long address, int size) {
    int first = Ram.PAGE_SIZE - ((int) address & PAGE_OFFSET);
    long low = translate(address, first, Pmp.READ, Cause.LOAD_ACCESS_FAULT, address);
    if (low < 0) {
      return TRAP;
    }
    long next = address + first;
    long high = translate(next, size - first, Pmp.READ, Cause.LOAD_ACCESS_FAULT, next);
    if (high < 0) {
      return TRAP;
    }
    if (!ram.contains(low, first) || !ram.contains(high, size - first)) {
      return fault(Cause.LOAD_ACCESS_FAULT, address);
    }
    long result = 0;
    for (int i = size - 1; i >= 0; i--) {
      long at = i < first ? low + i : high + i - first;
      result = result << 8 | ram.getByte(at) & 0xff;
    }
    loaded = result;
    return DONE;
  }

  private int storeAcross(long address, int size, long data) {
    int first = Ram.PAGE_SIZE - ((int) address & PAGE_OFFSET);
    long low = translate(address, first, Pmp.WRITE, Cause.STORE_ACCESS_FAULT, address);
    if (low < 0) {
      return TRAP;
    }
    long next = address + first;
    long high = translate(next, size - first, Pmp.WRITE, Cause.STORE_ACCESS_FAULT, next);
    if (high < 0) {
      return TRAP;
    }
    if (!ram.contains(low, first) || !ram.contains(high, size - first)) {
      return fault(Cause.STORE_ACCESS_FAULT, address);
    }
    for (int i = 0; i < size; i++) {
      ram.putByte(i < first ? low + i : high + i - first, (byte) (data >>> 8 * i));
    }
    return outcome();
  }

  /**
   * Physical address of an atomic access, which must be aligned and in RAM, or -1 with a trap set.
   *
   * @param write false for LR only
   */
  long atomic(long address, int size, boolean write) {
    if ((address & size - 1) != 0) {
      fault(write ? Cause.STORE_MISALIGNED : Cause.LOAD_MISALIGNED, address);
      return -1;
    }
    int access = write ? Pmp.READ | Pmp.WRITE : Pmp.READ;
    int accessFault = write ? Cause.STORE_ACCESS_FAULT : Cause.LOAD_ACCESS_FAULT;
    long physical = translate(address, size, access, accessFault, address);
    if (physical >= 0 && !ram.contains(physical, size)) {
      fault(accessFault, address);
      return -1;
    }
    return physical;
  }

  /** Address as {@link #atomic} gives it, for an SC, which needs no permission to read. */
  long atomicStore(long address, int size) {
    if ((address & size - 1) != 0) {
      fault(Cause.STORE_MISALIGNED, address);
      return -1;
    }
    long physical = translate(address, size, Pmp.WRITE, Cause.STORE_ACCESS_FAULT, address);
    if (physical >= 0 && !ram.contains(physical, size)) {
      fault(Cause.STORE_ACCESS_FAULT, address);
      return -1;
    }
    return physical;
  }

  long read(long physical, int size) {
    return switch (size) {
      case 1 -> ram.getByte(physical) & 0xff;
      case 2 -> ram.getShort(physical) & 0xffff;
      case 4 -> ram.getInt(physical) & 0xffff_ffffL;
      default -> ram.getLong(physical);
    };
  }

  /** Writes RAM; afterwards {@code hart.attention} says whether code or translations have gone. */
  void write(long physical, int size, long data) {
    switch (size) {
      case 1 -> ram.putByte(physical, (byte) data);
      case 2 -> ram.putShort(physical, (short) data);
      case 4 -> ram.putInt(physical, (int) data);
      default -> ram.putLong(physical, data);
    }
  }

  /** After a write to RAM: whether the block may go on, or code or translations have gone. */
  int outcome() {
    return hart.attention == 0 ? DONE : LEAVE;
  }

  private long translate(long address, int size, int access, int accessFault, long tval) {
    long physical = mmu.translate(address, size, access, hart.dataMode);
    if (physical < 0) {
      int pageFault =
          accessFault == Cause.LOAD_ACCESS_FAULT ? Cause.LOAD_PAGE_FAULT : Cause.STORE_PAGE_FAULT;
      fault(physical == Mmu.PAGE_FAULT ? pageFault : accessFault, tval);
    }
    return physical;
  }

  private int fault(int cause, long value) {
    this.cause = cause;
    this.value = value;
    return TRAP;
  }

  /** Decoded code of the page at {@code pc}, or null with a trap set. */
  CodeCache.@Nullable Page fetchPage(long pc) {
    int slot = Tlb.slot(pc);
    long[] entries = hart.tlb.fetch;
    if (entries[slot] == (pc & -Ram.PAGE_SIZE | hart.fetchMode.context)) {
      return hart.code.page((int) entries[slot + 1]);
    }
    long physical = translateFetch(pc, pc);
    if (physical < 0) {
      return null;
    }
    if (!hart.pmp.isUniform(physical & -Ram.PAGE_SIZE)) {
      return CodeCache.NOTHING;
    }
    mmu.remember(pc, physical, Pmp.EXECUTE, hart.fetchMode);
    return hart.code.page(Ram.page(physical));
  }

  /** Decodes the block at {@code pc}, or null with a trap set. */
  @Nullable Block fetchBlock(CodeCache.Page code, long pc) {
    long physical = translateFetch(pc, pc);
    if (physical < 0) {
      return null;
    }
    if (code == CodeCache.NOTHING) {
      return fetchOne(pc, physical);
    }
    Block block = hart.code.decode(code, physical);
    return block != null ? block : fetchAcross(pc, physical);
  }

  /** A page of which not all may be executed: one instruction at a time, nothing kept. */
  private @Nullable Block fetchOne(long pc, long physical) {
    int low = ram.getShort(physical) & 0xffff;
    return Decoder.isWide(low) ? fetchAcross(pc, physical) : Block.ofOne(low);
  }

  /** An instruction of four bytes, two at the end of a page and two on the next. */
  private @Nullable Block fetchAcross(long pc, long physical) {
    long next = translateFetch(pc + 2, pc + 2);
    if (next < 0) {
      return null;
    }
    return Block.ofOne(ram.getShort(physical) & 0xffff | ram.getShort(next) << 16);
  }

  /** The bits of the instruction that is executing, for mtval. */
  long instructionAt(long pc) {
    long physical = translateFetch(pc, pc);
    if (physical < 0) {
      return 0;
    }
    int low = ram.getShort(physical) & 0xffff;
    if (!Decoder.isWide(low)) {
      return low;
    }
    long next = translateFetch(pc + 2, pc + 2);
    return next < 0 ? low : (low | ram.getShort(next) << 16) & 0xffff_ffffL;
  }

  private long translateFetch(long pc, long tval) {
    long physical = mmu.translate(pc, 2, Pmp.EXECUTE, hart.fetchMode);
    if (physical >= 0 && !ram.contains(physical, 2)) {
      physical = Mmu.ACCESS_FAULT;
    }
    if (physical < 0) {
      boolean page = physical == Mmu.PAGE_FAULT;
      fault(page ? Cause.INSTRUCTION_PAGE_FAULT : Cause.INSTRUCTION_ACCESS_FAULT, tval);
    }
    return physical;
  }
}
