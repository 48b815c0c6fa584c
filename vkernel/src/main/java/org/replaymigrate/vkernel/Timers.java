package org.replaymigrate.vkernel;

import java.util.List;
import org.replaymigrate.vkernel.cpu.Cause;
import org.replaymigrate.vkernel.cpu.Hart;
import org.replaymigrate.vkernel.device.Clint;

/** Compares guest time with every timer, and drives the timer interrupts. */
final class Timers {
  private final List<Hart> harts;
  private final Clint clint;

  Timers(List<Hart> harts, Clint clint) {
    this.harts = harts;
    this.clint = clint;
  }

  /**
   * Drives MTIP and STIP as they are at {@code now}.
   *
   * @return the next tick, unsigned, at which one of them rises; -1 if none ever does
   */
  long update(long now) {
    long next = -1;
    for (Hart hart : harts) {
      long machine = clint.mtimecmp(hart.id);
      boolean machineDue = isDue(machine, now);
      hart.setLine(Cause.MTI, machineDue);
      long supervisor = hart.stimecmp();
      boolean supervisorDue = hart.hasSupervisorTimer() && isDue(supervisor, now);
      hart.setLine(Cause.STI, supervisorDue);
      if (!machineDue) {
        next = earlier(next, machine);
      }
      if (!supervisorDue) {
        next = earlier(next, supervisor);
      }
    }
    return next;
  }

  /** Ticks until a timer can end the WFI of a hart; Long.MAX_VALUE if none can. */
  long idleTicks(long now) {
    long next = -1;
    for (Hart hart : harts) {
      if (hart.run == Hart.WAITING) {
        if (hart.isEnabled(Cause.MTI)) {
          next = earlier(next, clint.mtimecmp(hart.id));
        }
        if (hart.isEnabled(Cause.STI)) {
          next = earlier(next, hart.stimecmp());
        }
      }
    }
    if (isDue(next, now)) {
      return 0;
    }
    long ticks = next - now;
    return next == -1 || ticks < 0 ? Long.MAX_VALUE : ticks;
  }

  private static boolean isDue(long deadline, long now) {
    return Long.compareUnsigned(deadline, now) <= 0;
  }

  private static long earlier(long a, long b) {
    return Long.compareUnsigned(a, b) < 0 ? a : b;
  }
}
