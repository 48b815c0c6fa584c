package org.replaymigrate.vkernel.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.decode.Translated;
import org.replaymigrate.vkernel.memory.Ram;
import org.replaymigrate.vkernel.memory.Tlb;

/**
 * Guest code as JVM bytecode: a hidden class for blocks of one physical page, entered at the first.
 * It may only run with no {@link Hart#attention}, at least {@link #longest} instructions before the
 * next thing to do, and, when it is {@link #floating}, while {@link Hart#plainFloat}.
 */
public abstract class Region extends Translated {
  /** What a region is given at most, so that its count fits an int. */
  private static final int MAX_BUDGET = 1 << 30;

  /**
   * HotSpot compiles a method that is called often into something better, and sooner, than one that
   * loops for long. So a region is not given too many instructions at a time until it has been
   * compiled for good.
   */
  private static final int YOUNG_BUDGET = 1000;

  private static final int YOUNG_ENTRIES = 3000;

  /** No instruction is at an odd address. */
  public static final long NOWHERE = 1;

  /** More than HotSpot waits for: it looks at its counters each 128 calls, and is busy. */
  private static final int WARM_UP_CALLS = 1500;

  /** Bound on regions that wait for a region they have called: their frames are on the stack. */
  private static final int MAX_DEPTH = 100;

  private int entries;

  /**
   * @param longest most instructions executed between two looks at {@link Hart#left}
   * @param floating whether it holds floating-point operations
   * @param bytes size of its class
   */
  protected Region(int longest, boolean floating, int bytes) {
    super(longest, floating, bytes);
  }

  /**
   * Executes from {@code pc}, charging {@link Hart#left}, until an instruction which it leaves to
   * the interpreter, or which lies elsewhere. Registers are in the hart before and after.
   *
   * @param hart null, and pc {@link #NOWHERE}, to return at once
   * @return where to go on
   */
  abstract long run(@Nullable Hart hart, long pc);

  /**
   * Initializes the class. HotSpot compiles nothing behind a call to one that is not; it would
   * throw away what it has made of the interpreter when the first region comes.
   */
  static void load() {}

  /** How many instructions it is given from the interpreter. */
  final int budget() {
    if (entries >= YOUNG_ENTRIES) {
      return MAX_BUDGET;
    }
    entries++;
    return Math.max(YOUNG_BUDGET, longest);
  }

  /**
   * Has HotSpot compile it before the guest runs it: the JVM interprets its bytecode far slower
   * than we interpret the guest's code. Any thread may call it.
   */
  public final void warmUp() {
    for (int i = 0; i < WARM_UP_CALLS; i++) {
      run(null, NOWHERE);
    }
  }

  /**
   * What all regions of a machine have as constants.
   *
   * @param reads {@link Tlb#read}
   * @param writes {@link Tlb#write}
   */
  public record Constants(long[] reads, long[] writes, MemorySegment ram) {
    /** Where RAM is in this process, if it is native memory. */
    public long base() {
      return ram.address();
    }
  }

  /**
   * Makes a region from the bytes of a subclass in this package, whose constructor takes what
   * {@link #Region} does.
   */
  public static Region define(byte[] code, Constants constants, int longest, boolean floating) {
    try {
      Lookup lookup = MethodHandles.lookup();
      Class<?> hidden = lookup.defineHiddenClassWithClassData(code, constants, true).lookupClass();
      return (Region)
          hidden
              .getDeclaredConstructor(int.class, boolean.class, int.class)
              .newInstance(longest, floating, code.length);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a translated region cannot be loaded", e);
    }
  }

  /**
   * A call in translated code: runs regions from {@code target} on until one comes back to where
   * the call returns to, or there is none to go on with.
   *
   * @return where to go on
   */
  static long call(Hart hart, long target, long expected) {
    if (hart.depth >= MAX_DEPTH) {
      return target;
    }
    hart.depth++;
    long pc = target;
    int before;
    do {
      Region next = at(hart, pc);
      if (next == null) {
        break;
      }
      next.entered = true;
      before = hart.left;
      pc = next.run(hart, pc);
      next.instructions += before - hart.left;
      // One that has executed nothing has met something that only the interpreter can do.
    } while (pc != expected && hart.attention == 0 && hart.left != before);
    hart.depth--;
    return pc;
  }

  /** The region that may run at {@code pc} now, if there is one. */
  private static @Nullable Region at(Hart hart, long pc) {
    int slot = Tlb.slot(pc);
    long[] fetch = hart.tlb.fetch;
    if (fetch[slot] != (pc & -Ram.PAGE_SIZE | hart.fetchMode.context)) {
      return null;
    }
    Region region = (Region) hart.code.translated((int) fetch[slot + 1], pc);
    if (region == null) {
      return null;
    }
    return hart.left >= region.longest && (hart.plainFloat || !region.floating) ? region : null;
  }
}
