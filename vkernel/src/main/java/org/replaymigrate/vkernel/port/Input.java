package org.replaymigrate.vkernel.port;

/**
 * Everything that may change a vkernel from outside, and therefore everything that is recorded.
 *
 * <p>An input is applied between two instructions, at an exact instruction count, in log order. The
 * numeric ids are part of the log and wire formats: they are never reused, and 0 is invalid.
 *
 * <p>Records which carry {@code byte[]} own it: neither the giver nor the taker writes to it
 * afterwards.
 */
public sealed interface Input {
  /** The input's id in every format; 1..127. */
  int id();

  /** A host call which the machine has asked for has returned. Class 1x. */
  sealed interface HostCallReturned extends Input permits ClockRead, Entropy {}

  /** Time or an interrupt line has moved. Class 2x. */
  sealed interface Interrupt extends Input permits ClockAdvance {}

  /** Something has come in from the network. Class 3x. */
  sealed interface NetworkInput extends Input permits NetworkFrame {}

  /** Somebody has typed. Class 4x. */
  sealed interface ConsoleInput extends Input permits ConsoleBytes, ConsoleBreak {}

  /** The operator or the engine itself. Class 5x. Marks change no guest-visible state. */
  sealed interface Control extends Input
      permits PowerButton, OutputMark, StateDigest, CheckpointTaken, EndOfLog {}

  /**
   * The answer to {@link HostCall.ReadClock}: the host's date.
   *
   * @param epochNanos nanoseconds since 1970-01-01T00:00Z
   */
  record ClockRead(long epochNanos) implements HostCallReturned {
    @Override
    public int id() {
      return 10;
    }
  }

  /**
   * The answer to {@link HostCall.Entropy}.
   *
   * @param bytes exactly as many as were asked for
   */
  record Entropy(byte[] bytes) implements HostCallReturned {
    @Override
    public int id() {
      return 11;
    }
  }

  /**
   * Guest time jumps forward: idle time that was slept or skipped, or drift to the wall clock.
   *
   * @param ticks units of 100 ns ({@code mtime} at 10 MHz), at least 1
   */
  record ClockAdvance(long ticks) implements Interrupt {
    @Override
    public int id() {
      return 20;
    }
  }

  /**
   * An Ethernet frame, without preamble and checksum, has arrived.
   *
   * @param nic index among the machine's network devices, from 0
   * @param frame 1..65535 bytes
   */
  record NetworkFrame(int nic, byte[] frame) implements NetworkInput {
    @Override
    public int id() {
      return 30;
    }
  }

  /**
   * Bytes typed at a console.
   *
   * @param port 0 the UART, k the k-th virtio console
   * @param bytes at most what {@code Machine.consoleRoom(port)} said
   */
  record ConsoleBytes(int port, byte[] bytes) implements ConsoleInput {
    @Override
    public int id() {
      return 40;
    }
  }

  /** A break condition on the UART's line. */
  record ConsoleBreak() implements ConsoleInput {
    @Override
    public int id() {
      return 41;
    }
  }

  /** The power button is pressed once. */
  record PowerButton() implements Control {
    @Override
    public int id() {
      return 50;
    }
  }

  /**
   * All output up to here may have left the machine.
   *
   * @param outputDigest {@code Machine.outputDigest()} at this point
   */
  record OutputMark(long outputDigest) implements Control {
    @Override
    public int id() {
      return 51;
    }
  }

  /**
   * A digest of the whole state (CPU, devices, RAM, disks) at this point.
   *
   * @param high upper 64 bits
   * @param low lower 64 bits
   */
  record StateDigest(long high, long low) implements Control {
    @Override
    public int id() {
      return 52;
    }
  }

  /**
   * A checkpoint of the state at this point was begun.
   *
   * @param checkpoint its number within the vkernel, from 0
   */
  record CheckpointTaken(long checkpoint) implements Control {
    @Override
    public int id() {
      return 53;
    }
  }

  /**
   * Nothing follows in this log.
   *
   * @param reason 1 the guest powered off, 2 suspended, 3 migrated away, 4 stopped by force
   */
  record EndOfLog(int reason) implements Control {
    @Override
    public int id() {
      return 54;
    }
  }
}
