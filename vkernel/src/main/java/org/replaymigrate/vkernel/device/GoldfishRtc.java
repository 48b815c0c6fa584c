package org.replaymigrate.vkernel.device;

import static org.replaymigrate.vkernel.state.InvalidStateException.require;

import org.replaymigrate.vkernel.state.DeviceState;
import org.replaymigrate.vkernel.state.InvalidStateException;

/**
 * Real-time clock, {@code google,goldfish-rtc}: the host's date in nanoseconds since 1970.
 *
 * <pre>
 *   0x00  TIME_LOW         reading it takes the time and latches TIME_HIGH
 *   0x04  TIME_HIGH
 *   0x08  ALARM_LOW        storing it arms the alarm
 *   0x0c  ALARM_HIGH
 *   0x10  IRQ_ENABLED      write-only
 *   0x14  CLEAR_ALARM      write-only
 *   0x18  ALARM_STATUS     1 while armed
 *   0x1c  CLEAR_INTERRUPT  write-only
 * </pre>
 *
 * The date is nondeterministic, so it comes as an answer to a host call: before a load for which
 * {@link #needsClock} is true, the machine stops; {@link #clockRead} brings the date, and the load
 * is executed again and consumes it. The guest cannot set the date. Alarms are stored and never
 * fire: nothing on this board sleeps so deeply that it needs one.
 */
public final class GoldfishRtc implements MmioDevice {
  /** Bytes of the window. */
  public static final long SIZE = 0x1000;

  private static final int TIME_LOW = 0x00;
  private static final int TIME_HIGH = 0x04;
  private static final int ALARM_LOW = 0x08;
  private static final int ALARM_HIGH = 0x0c;
  private static final int IRQ_ENABLED = 0x10;
  private static final int CLEAR_ALARM = 0x14;
  private static final int ALARM_STATUS = 0x18;

  private boolean answered;
  private long answer;
  private int timeHigh;
  private long alarm;
  private int alarmHigh;
  private boolean armed;
  private boolean interruptEnabled;

  /**
   * All state.
   *
   * @param answered whether {@code answer} waits for its load
   * @param answer nanoseconds since 1970
   * @param timeHigh latched upper half
   * @param alarm nanoseconds since 1970
   * @param alarmHigh stored, not yet part of {@code alarm}
   */
  public record State(
      boolean answered,
      long answer,
      int timeHigh,
      long alarm,
      int alarmHigh,
      boolean armed,
      boolean interruptEnabled)
      implements DeviceState {}

  /** Whether a load at this offset needs the host's date first. */
  public boolean needsClock(long offset) {
    return offset == TIME_LOW && !answered;
  }

  /**
   * The host's answer, for the next load of TIME_LOW.
   *
   * @param epochNanos nanoseconds since 1970-01-01T00:00Z
   */
  public void clockRead(long epochNanos) {
    answered = true;
    answer = epochNanos;
  }

  @Override
  public long load(long offset, int size) {
    int value =
        switch ((int) offset) {
          case TIME_LOW -> {
            long now = answer;
            answered = false;
            answer = 0;
            timeHigh = (int) (now >>> 32);
            yield (int) now;
          }
          case TIME_HIGH -> timeHigh;
          case ALARM_LOW -> (int) alarm;
          case ALARM_HIGH -> (int) (alarm >>> 32);
          case ALARM_STATUS -> armed ? 1 : 0;
          default -> 0;
        };
    return size >= 4 ? Integer.toUnsignedLong(value) : value & ((1L << (8 * size)) - 1);
  }

  @Override
  public void store(long offset, int size, long value) {
    switch ((int) offset) {
      case ALARM_LOW -> {
        alarm = (long) alarmHigh << 32 | (value & 0xffff_ffffL);
        armed = true;
      }
      case ALARM_HIGH -> alarmHigh = (int) value;
      case IRQ_ENABLED -> interruptEnabled = (value & 1) != 0;
      case CLEAR_ALARM -> armed = false;
      default -> {}
    }
  }

  @Override
  public DeviceState save() {
    return new State(answered, answer, timeHigh, alarm, alarmHigh, armed, interruptEnabled);
  }

  @Override
  public void restore(DeviceState state) {
    if (!(state instanceof State s)) {
      throw new InvalidStateException("RTC: state of another device");
    }
    require(s.answered || s.answer == 0, "RTC: an answer that was consumed");
    answered = s.answered;
    answer = s.answer;
    timeHigh = s.timeHigh;
    alarm = s.alarm;
    alarmHigh = s.alarmHigh;
    armed = s.armed;
    interruptEnabled = s.interruptEnabled;
  }
}
