package org.replaymigrate.vkernel.device;

import static org.replaymigrate.vkernel.state.InvalidStateException.require;

import java.util.List;
import org.replaymigrate.vkernel.state.DeviceState;
import org.replaymigrate.vkernel.state.InvalidStateException;

/**
 * Platform-level interrupt controller, {@code sifive,plic-1.0.0}, after the RISC-V PLIC
 * specification 1.0.0.
 *
 * <pre>
 *   0x000000 + 4 s             priority of source s, 0..7; 0 never interrupts
 *   0x001000 + 4 w             pending bits of sources 32 w .. 32 w + 31, read-only
 *   0x002000 + 0x80 c + 4 w    enable bits of context c
 *   0x200000 + 0x1000 c        threshold of context c, 0..7
 *   0x200004 + 0x1000 c        claim (load), complete (store) of context c
 * </pre>
 *
 * Context 2 h is M-mode of hart h, 2 h + 1 its S-mode. Registers are 32 bits wide; other accesses
 * read 0 and store nothing.
 *
 * <p>Sources are level-triggered. The gateway of a source lets one request through and the next
 * only after its completion; a request once let through stays pending until it is claimed, even
 * when the device takes its line back (section 5 of the specification).
 */
public final class Plic implements MmioDevice {
  /** Bytes of the window. */
  public static final long SIZE = 0x60_0000;

  /** Sources, source 0 (which does not exist) included. */
  public static final int SOURCES = 96;

  private static final int WORDS = SOURCES / 32;
  private static final int MAX_PRIORITY = 7;

  private static final int PENDING = 0x1000;
  private static final int ENABLE = 0x2000;
  private static final int ENABLE_STRIDE = 0x80;
  private static final int CONTEXT = 0x20_0000;
  private static final int CONTEXT_STRIDE = 0x1000;
  private static final int THRESHOLD = 0;
  private static final int CLAIM = 4;

  private final InterruptLine[] outputs;
  private final byte[] priority = new byte[SOURCES];
  private final byte[] threshold;
  private final int[] enable;
  private final int[] level = new int[WORDS];
  private final int[] pending = new int[WORDS];
  private final int[] claimed = new int[WORDS];

  /**
   * All state. Bit {@code s % 32} of word {@code s / 32} belongs to source s.
   *
   * @param priority one a source, 0..7
   * @param threshold one a context, 0..7
   * @param enable three words a context
   * @param level what the devices drive
   * @param pending requests nobody has claimed
   * @param claimed requests claimed and not completed
   */
  public record State(
      byte[] priority, byte[] threshold, int[] enable, int[] level, int[] pending, int[] claimed)
      implements DeviceState {}

  /**
   * @param contexts the external interrupt inputs of the harts, in the order of contexts
   */
  public Plic(List<InterruptLine> contexts) {
    outputs = contexts.toArray(InterruptLine[]::new);
    threshold = new byte[outputs.length];
    enable = new int[outputs.length * WORDS];
  }

  /**
   * The input of a source.
   *
   * @param source 1..95
   */
  public InterruptLine line(int source) {
    if (source < 1 || source >= SOURCES) {
      throw new IllegalArgumentException("PLIC source " + source);
    }
    return high -> drive(source, high);
  }

  private void drive(int source, boolean high) {
    int word = source >>> 5;
    int bit = 1 << source;
    if (high == ((level[word] & bit) != 0)) {
      return;
    }
    level[word] ^= bit;
    if (high && ((pending[word] | claimed[word]) & bit) == 0) {
      pending[word] |= bit;
      update();
    }
  }

  @Override
  public long load(long offset, int size) {
    if (size != 4 || (offset & 3) != 0) {
      return 0;
    }
    int at = (int) offset;
    if (at < PENDING) {
      return at < 4 * SOURCES ? priority[at >>> 2] : 0;
    }
    if (at < ENABLE) {
      int word = (at - PENDING) >>> 2;
      return word < WORDS ? Integer.toUnsignedLong(pending[word]) : 0;
    }
    if (at < CONTEXT) {
      int index = enableIndex(at);
      return index >= 0 ? Integer.toUnsignedLong(enable[index]) : 0;
    }
    int context = (at - CONTEXT) / CONTEXT_STRIDE;
    if (context < outputs.length) {
      switch (at % CONTEXT_STRIDE) {
        case THRESHOLD -> {
          return threshold[context];
        }
        case CLAIM -> {
          return claim(context);
        }
        default -> {}
      }
    }
    return 0;
  }

  @Override
  public void store(long offset, int size, long value) {
    if (size != 4 || (offset & 3) != 0) {
      return;
    }
    int at = (int) offset;
    int word = (int) value;
    if (at < PENDING) {
      int source = at >>> 2;
      if (source > 0 && source < SOURCES) {
        priority[source] = (byte) (word & MAX_PRIORITY);
        update();
      }
    } else if (at >= ENABLE && at < CONTEXT) {
      int index = enableIndex(at);
      if (index >= 0) {
        enable[index] = index % WORDS == 0 ? word & ~1 : word;
        update();
      }
    } else if (at >= CONTEXT) {
      int context = (at - CONTEXT) / CONTEXT_STRIDE;
      if (context < outputs.length) {
        switch (at % CONTEXT_STRIDE) {
          case THRESHOLD -> {
            threshold[context] = (byte) (word & MAX_PRIORITY);
            update();
          }
          case CLAIM -> complete(context, word);
          default -> {}
        }
      }
    }
  }

  /** Index into {@link #enable}, or -1 where there is no such word. */
  private int enableIndex(int at) {
    int context = (at - ENABLE) / ENABLE_STRIDE;
    int word = (at - ENABLE) % ENABLE_STRIDE >>> 2;
    return context < outputs.length && word < WORDS ? context * WORDS + word : -1;
  }

  /** The claimable source of highest priority above {@code floor}, the lowest id first; or 0. */
  private int best(int context, int floor) {
    int best = 0;
    int above = floor;
    for (int word = 0; word < WORDS; word++) {
      int candidates = pending[word] & enable[context * WORDS + word];
      while (candidates != 0) {
        int source = 32 * word + Integer.numberOfTrailingZeros(candidates);
        candidates &= candidates - 1;
        if (priority[source] > above) {
          best = source;
          above = priority[source];
        }
      }
    }
    return best;
  }

  /** A claim takes no notice of the threshold (section 9). */
  private int claim(int context) {
    int source = best(context, 0);
    if (source != 0) {
      pending[source >>> 5] &= ~(1 << source);
      claimed[source >>> 5] |= 1 << source;
      update();
    }
    return source;
  }

  private void complete(int context, int source) {
    if (source < 1 || source >= SOURCES) {
      return;
    }
    int word = source >>> 5;
    int bit = 1 << source;
    if ((enable[context * WORDS + word] & claimed[word] & bit) == 0) {
      return;
    }
    claimed[word] &= ~bit;
    if ((level[word] & bit) != 0) {
      pending[word] |= bit;
      update();
    }
  }

  private void update() {
    for (int context = 0; context < outputs.length; context++) {
      outputs[context].set(best(context, threshold[context]) != 0);
    }
  }

  @Override
  public DeviceState save() {
    return new State(
        priority.clone(),
        threshold.clone(),
        enable.clone(),
        level.clone(),
        pending.clone(),
        claimed.clone());
  }

  @Override
  public void restore(DeviceState state) {
    if (!(state instanceof State s)) {
      throw new InvalidStateException("PLIC: state of another device");
    }
    require(s.priority.length == SOURCES, "PLIC: " + s.priority.length + " priorities");
    require(s.threshold.length == outputs.length, "PLIC: " + s.threshold.length + " thresholds");
    require(s.enable.length == enable.length, "PLIC: " + s.enable.length + " enable words");
    require(
        s.level.length == WORDS && s.pending.length == WORDS && s.claimed.length == WORDS,
        "PLIC: odd number of sources");
    for (byte p : s.priority) {
      require(p >= 0 && p <= MAX_PRIORITY, "PLIC: priority " + p);
    }
    for (byte t : s.threshold) {
      require(t >= 0 && t <= MAX_PRIORITY, "PLIC: threshold " + t);
    }
    boolean zero = s.priority[0] != 0 || ((s.level[0] | s.pending[0] | s.claimed[0]) & 1) != 0;
    for (int i = 0; i < s.enable.length; i += WORDS) {
      zero |= (s.enable[i] & 1) != 0;
    }
    require(!zero, "PLIC: source 0 in use");
    for (int word = 0; word < WORDS; word++) {
      require((s.pending[word] & s.claimed[word]) == 0, "PLIC: source both pending and claimed");
      require(
          (s.level[word] & ~(s.pending[word] | s.claimed[word])) == 0,
          "PLIC: a line is high and has made no request");
    }
    System.arraycopy(s.priority, 0, priority, 0, priority.length);
    System.arraycopy(s.threshold, 0, threshold, 0, threshold.length);
    System.arraycopy(s.enable, 0, enable, 0, enable.length);
    System.arraycopy(s.level, 0, level, 0, level.length);
    System.arraycopy(s.pending, 0, pending, 0, pending.length);
    System.arraycopy(s.claimed, 0, claimed, 0, claimed.length);
    update();
  }
}
