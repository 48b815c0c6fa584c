package org.replaymigrate.vkernel.device;

import static org.replaymigrate.vkernel.state.InvalidStateException.require;

import java.util.Arrays;
import java.util.List;
import org.replaymigrate.vkernel.state.DeviceState;
import org.replaymigrate.vkernel.state.InvalidStateException;

/**
 * Core-local interruptor: software interrupts and the timer of M-mode, {@code sifive,clint0}.
 *
 * <pre>
 *   0x0000 + 4 h   msip of hart h; bit 0 drives its software interrupt
 *   0x4000 + 8 h   mtimecmp of hart h
 *   0xbff8         mtime, read-only here: guest time is a function of the instruction count
 * </pre>
 *
 * {@code msip} takes accesses of 4 bytes, the timers of 4 and 8; others read 0 and store nothing.
 * The machine compares {@code mtime} with {@link #mtimecmp} and drives the timer interrupts itself,
 * because it alone knows when time moves.
 */
public final class Clint implements MmioDevice {
  /** Bytes of the window. */
  public static final long SIZE = 0x1_0000;

  private static final int MTIMECMP = 0x4000;
  private static final int MTIME = 0xbff8;

  private final TimeSource time;
  private final InterruptLine[] softwareInterrupts;
  private final Runnable deadlineChanged;
  private final boolean[] msip;
  private final long[] mtimecmp;

  /**
   * All state; one element a hart.
   *
   * @param msip 0 or 1
   * @param mtimecmp ticks
   */
  public record State(byte[] msip, long[] mtimecmp) implements DeviceState {}

  /**
   * @param softwareInterrupts the machine software interrupt (MSIP) of each hart
   * @param deadlineChanged called after any {@code mtimecmp} has changed
   */
  public Clint(TimeSource time, List<InterruptLine> softwareInterrupts, Runnable deadlineChanged) {
    this.time = time;
    this.softwareInterrupts = softwareInterrupts.toArray(InterruptLine[]::new);
    this.deadlineChanged = deadlineChanged;
    msip = new boolean[this.softwareInterrupts.length];
    mtimecmp = new long[msip.length];
    Arrays.fill(mtimecmp, -1); // the farthest future there is: no interrupt before one is asked for
  }

  /** The tick, unsigned, from which on the hart's timer interrupt (MTIP) is pending. */
  public long mtimecmp(int hart) {
    return mtimecmp[hart];
  }

  @Override
  public long load(long offset, int size) {
    int at = (int) offset;
    if (at < MTIMECMP) {
      int hart = at >>> 2;
      return size == 4 && (at & 3) == 0 && hart < msip.length && msip[hart] ? 1 : 0;
    }
    int hart = (at - MTIMECMP) >>> 3;
    if (at >= MTIME && at < MTIME + 8) {
      return part(time.ticks(), at, size);
    }
    return hart < mtimecmp.length ? part(mtimecmp[hart], at, size) : 0;
  }

  private static long part(long value, int at, int size) {
    if (size == 8 && (at & 7) == 0) {
      return value;
    }
    if (size == 4 && (at & 3) == 0) {
      return (at & 4) == 0 ? value & 0xffff_ffffL : value >>> 32;
    }
    return 0;
  }

  @Override
  public void store(long offset, int size, long value) {
    int at = (int) offset;
    if (at < MTIMECMP) {
      int hart = at >>> 2;
      if (size == 4 && (at & 3) == 0 && hart < msip.length) {
        msip[hart] = (value & 1) != 0;
        softwareInterrupts[hart].set(msip[hart]);
      }
      return;
    }
    int hart = (at - MTIMECMP) >>> 3;
    if (hart >= mtimecmp.length || (at & (size - 1)) != 0) {
      return;
    }
    if (size == 8) {
      mtimecmp[hart] = value;
    } else if (size == 4) {
      int shift = (at & 4) * 8;
      mtimecmp[hart] =
          (mtimecmp[hart] & ~(0xffff_ffffL << shift)) | (value & 0xffff_ffffL) << shift;
    } else {
      return;
    }
    deadlineChanged.run();
  }

  @Override
  public DeviceState save() {
    byte[] bits = new byte[msip.length];
    for (int hart = 0; hart < bits.length; hart++) {
      bits[hart] = (byte) (msip[hart] ? 1 : 0);
    }
    return new State(bits, mtimecmp.clone());
  }

  @Override
  public void restore(DeviceState state) {
    if (!(state instanceof State s)) {
      throw new InvalidStateException("CLINT: state of another device");
    }
    require(
        s.msip.length == msip.length && s.mtimecmp.length == msip.length,
        "CLINT: " + s.msip.length + " harts");
    for (byte bit : s.msip) {
      require(bit == 0 || bit == 1, "CLINT: msip " + bit);
    }
    System.arraycopy(s.mtimecmp, 0, mtimecmp, 0, mtimecmp.length);
    for (int hart = 0; hart < msip.length; hart++) {
      msip[hart] = s.msip[hart] != 0;
      softwareInterrupts[hart].set(msip[hart]);
    }
    deadlineChanged.run();
  }
}
