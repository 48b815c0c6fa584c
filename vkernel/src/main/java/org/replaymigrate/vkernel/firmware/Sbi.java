package org.replaymigrate.vkernel.firmware;

import java.util.List;
import org.replaymigrate.vkernel.Exit;
import org.replaymigrate.vkernel.cpu.Cause;
import org.replaymigrate.vkernel.cpu.Hart;

/**
 * RISC-V Supervisor Binary Interface 2.0: BASE, TIME, IPI, RFENCE, HSM, SRST, DBCN, and the legacy
 * calls 0 to 8. It has no state of its own: timers are {@code stimecmp}, hart states are the
 * harts'.
 *
 * <p>Remote fences have nothing to do, because no hart ever holds a stale translation or stale
 * code.
 */
public final class Sbi {
  /** What the firmware needs of the board. */
  public interface Board {
    /** Writes a byte to the console. */
    void putConsole(int value);

    /** The next byte that was typed, or -1. */
    int getConsole();

    /** Whether the range is RAM. */
    boolean isRam(long address, long length);

    byte readRam(long address);

    void writeRam(long address, byte value);

    /** Ends the machine. */
    void exit(Exit exit);
  }

  static final int SUCCESS = 0;
  static final int NOT_SUPPORTED = -2;
  static final int INVALID_PARAM = -3;
  static final int ALREADY_AVAILABLE = -6;

  private static final int BASE = 0x10;
  private static final int TIME = 0x54494d45;
  private static final int IPI = 0x735049;
  private static final int RFENCE = 0x52464e43;
  private static final int HSM = 0x48534d;
  private static final int SRST = 0x53525354;
  private static final int DBCN = 0x4442434e;
  private static final int LAST_LEGACY = 8;

  private static final long SPECIFICATION_2_0 = 2L << 24;

  /** "RM"; not in the registry of implementations, as for any private one. */
  private static final long IMPLEMENTATION = 0x524d;

  private static final long IMPLEMENTATION_VERSION = 1;

  /** Most bytes a console call moves: the call is one instruction, and must not take for ever. */
  private static final long MAX_CONSOLE_BYTES = 4096;

  /** HSM states as {@code hart_get_status} returns them. */
  private static final long STARTED = 0;

  private static final long STOPPED = 1;
  private static final long SUSPENDED = 4;
  private static final long RETENTIVE_SUSPEND = 0;

  private static final int A0 = 10;
  private static final int A1 = 11;
  private static final int A2 = 12;
  private static final int A6 = 16;
  private static final int A7 = 17;

  private record Result(long error, long value) {
    static final Result OK = new Result(SUCCESS, 0);

    static Result of(long value) {
      return new Result(SUCCESS, value);
    }

    static Result error(int error) {
      return new Result(error, 0);
    }
  }

  private final List<Hart> harts;
  private final Board board;

  public Sbi(List<Hart> harts, Board board) {
    this.harts = harts;
    this.board = board;
  }

  /** Answers the call in the hart's argument registers. */
  public void call(Hart hart) {
    long[] x = hart.x;
    long extension = x[A7];
    if (extension >= 0 && extension <= LAST_LEGACY) {
      x[A0] = legacy(hart, (int) extension);
      return;
    }
    boolean known = extension == (int) extension;
    Result result =
        switch (known ? (int) extension : 0) {
          case BASE -> base(x[A6], x[A0]);
          case TIME -> x[A6] == 0 ? setTimer(hart, x[A0]) : Result.error(NOT_SUPPORTED);
          case IPI -> x[A6] == 0 ? sendIpi(x[A0], x[A1]) : Result.error(NOT_SUPPORTED);
          case RFENCE -> x[A6] >= 0 && x[A6] <= 2 ? Result.OK : Result.error(NOT_SUPPORTED);
          case HSM -> harts(hart, x[A6], x[A0], x[A1], x[A2]);
          case SRST -> x[A6] == 0 ? reset(x[A0], x[A1]) : Result.error(NOT_SUPPORTED);
          case DBCN -> console(x[A6], x[A0], x[A1], x[A2]);
          default -> Result.error(NOT_SUPPORTED);
        };
    x[A0] = result.error();
    x[A1] = result.value();
  }

  private static Result base(long function, long argument) {
    return switch ((int) function) {
      case 0 -> Result.of(SPECIFICATION_2_0);
      case 1 -> Result.of(IMPLEMENTATION);
      case 2 -> Result.of(IMPLEMENTATION_VERSION);
      case 3 -> Result.of(isKnown(argument) ? 1 : 0);
      case 4, 5, 6 -> Result.of(0);
      default -> Result.error(NOT_SUPPORTED);
    };
  }

  private static boolean isKnown(long extension) {
    return extension == (int) extension
        && switch ((int) extension) {
          case 0, 1, 2, 3, 4, 5, 6, 7, 8, BASE, TIME, IPI, RFENCE, HSM, SRST, DBCN -> true;
          default -> false;
        };
  }

  private static Result setTimer(Hart hart, long ticks) {
    hart.setStimecmp(ticks);
    return Result.OK;
  }

  private Result sendIpi(long mask, long base) {
    if (base != -1 && (base < 0 || base >= harts.size())) {
      return Result.error(INVALID_PARAM);
    }
    for (Hart target : harts) {
      long bit = target.id - base;
      if (base == -1 || (bit >= 0 && bit < 64 && (mask >>> bit & 1) != 0)) {
        target.raise(Cause.SSI);
      }
    }
    return Result.OK;
  }

  private Result harts(Hart hart, long function, long a0, long a1, long a2) {
    switch ((int) function) {
      case 0 -> {
        return startHart(a0, a1, a2);
      }
      case 1 -> {
        hart.run = Hart.STOPPED;
        hart.leaveAfterInstruction();
        return Result.OK;
      }
      case 2 -> {
        if (a0 < 0 || a0 >= harts.size()) {
          return Result.error(INVALID_PARAM);
        }
        return Result.of(
            switch (harts.get((int) a0).run) {
              case Hart.STOPPED -> STOPPED;
              case Hart.WAITING -> SUSPENDED;
              default -> STARTED;
            });
      }
      case 3 -> {
        if (a0 != RETENTIVE_SUSPEND) {
          return Result.error(NOT_SUPPORTED);
        }
        hart.run = Hart.WAITING;
        hart.leaveAfterInstruction();
        return Result.OK;
      }
      default -> {
        return Result.error(NOT_SUPPORTED);
      }
    }
  }

  private Result startHart(long id, long address, long opaque) {
    if (id < 0 || id >= harts.size() || (address & 1) != 0 || !board.isRam(address, 2)) {
      return Result.error(INVALID_PARAM);
    }
    Hart target = harts.get((int) id);
    if (target.run != Hart.STOPPED) {
      return Result.error(ALREADY_AVAILABLE);
    }
    target.start(address, id, opaque);
    return Result.OK;
  }

  private Result reset(long type, long reason) {
    Exit.Kind kind = type == 0 ? Exit.Kind.POWER_OFF : Exit.Kind.REBOOT;
    if (type < 0 || type > 2 || reason < 0) {
      return Result.error(INVALID_PARAM);
    }
    board.exit(new Exit(kind, reason == 1 ? 1 : 0));
    return Result.OK;
  }

  private Result console(long function, long count, long low, long high) {
    if (function == 2) {
      board.putConsole((int) count & 0xff);
      return Result.OK;
    }
    if (function != 0 && function != 1) {
      return Result.error(NOT_SUPPORTED);
    }
    long bytes = Math.min(count, MAX_CONSOLE_BYTES);
    if (count < 0 || high != 0 || !board.isRam(low, bytes)) {
      return Result.error(INVALID_PARAM);
    }
    long done = 0;
    while (done < bytes) {
      if (function == 0) {
        board.putConsole(board.readRam(low + done) & 0xff);
      } else {
        int typed = board.getConsole();
        if (typed < 0) {
          break;
        }
        board.writeRam(low + done, (byte) typed);
      }
      done++;
    }
    return Result.of(done);
  }

  private long legacy(Hart hart, int function) {
    switch (function) {
      case 0 -> setTimer(hart, hart.x[A0]);
      case 1 -> board.putConsole((int) hart.x[A0] & 0xff);
      case 2 -> {
        return board.getConsole();
      }
      case 3 -> hart.clear(Cause.SSI);
      // The mask lies at a virtual address; waking too many harts is allowed.
      case 4 -> sendIpi(-1, -1);
      case 8 -> board.exit(new Exit(Exit.Kind.POWER_OFF, 0));
      default -> {}
    }
    return SUCCESS;
  }
}
