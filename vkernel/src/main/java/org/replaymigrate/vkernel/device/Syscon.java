package org.replaymigrate.vkernel.device;

import java.util.function.Consumer;
import org.replaymigrate.vkernel.Exit;
import org.replaymigrate.vkernel.state.DeviceState;
import org.replaymigrate.vkernel.state.InvalidStateException;

/**
 * The switch that turns the machine off, {@code sifive,test1}: one register of 32 bits at 0, whose
 * lower half says how the guest ends and whose upper half is its exit code. Accesses of 2 and 4
 * bytes count.
 */
public final class Syscon implements MmioDevice {
  /** Bytes of the window. */
  public static final long SIZE = 0x1000;

  /** Stored to power off. */
  public static final int PASS = 0x5555;

  /** Stored to reboot. */
  public static final int RESET = 0x7777;

  private static final int FAIL = 0x3333;

  private final Consumer<Exit> power;

  /** Nothing is kept here. */
  public record State() implements DeviceState {}

  /**
   * @param power told that the guest ends with the instruction that is being executed
   */
  public Syscon(Consumer<Exit> power) {
    this.power = power;
  }

  @Override
  public long load(long offset, int size) {
    return 0;
  }

  @Override
  public void store(long offset, int size, long value) {
    if (offset != 0 || (size != 2 && size != 4)) {
      return;
    }
    int code = size == 4 ? (int) (value >>> 16) & 0xffff : 0;
    switch ((int) value & 0xffff) {
      case PASS -> power.accept(new Exit(Exit.Kind.POWER_OFF, 0));
      case FAIL -> power.accept(new Exit(Exit.Kind.FAILURE, code));
      case RESET -> power.accept(new Exit(Exit.Kind.REBOOT, 0));
      default -> {}
    }
  }

  @Override
  public DeviceState save() {
    return new State();
  }

  @Override
  public void restore(DeviceState state) {
    if (!(state instanceof State)) {
      throw new InvalidStateException("syscon: state of another device");
    }
  }
}
