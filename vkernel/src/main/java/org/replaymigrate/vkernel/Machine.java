package org.replaymigrate.vkernel;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.board.BootImage;
import org.replaymigrate.vkernel.memory.Ram;
import org.replaymigrate.vkernel.port.BlockStore;
import org.replaymigrate.vkernel.port.HostCall;
import org.replaymigrate.vkernel.port.HostFault;
import org.replaymigrate.vkernel.port.Input;
import org.replaymigrate.vkernel.port.Outputs;

/**
 * A vkernel: {@code state(n + k) = run(state(n), inputs at counts in [n, n + k))}, to the bit, on any
 * host. One thread at a time may use it. It cannot tell recording from replay.
 *
 * <p>The loop of whoever feeds it:
 *
 * <pre>
 *   stop = run(until)
 *   REACHED     apply what is due at this count, go on
 *   IDLE        apply an input (a ClockAdvance of at most idleTicks(), or one from outside)
 *   HOST_CALL   apply the answer to hostCall()
 *   HOST_FAULT  wait, call run again
 *   HALTED      the guest has ended: exit()
 * </pre>
 */
public final class Machine {
  /**
   * A machine at power-on, with nothing loaded.
   *
   * @param memory RAM, exactly {@code config.memoryBytes()} long, zero-filled unless a state is going
   *     to be restored over it
   * @param disks one for each {@link MachineConfig.Slot.Disk}, in order, of its size
   */
  public Machine(
      MachineConfig config, MemorySegment memory, List<BlockStore> disks, Outputs outputs) {
    throw new IllegalStateException();
  }

  public MachineConfig config() {
    throw new IllegalStateException();
  }

  /** Puts kernel or firmware, initrd and device tree into RAM. Only at count 0. */
  public void load(BootImage image) {
    throw new IllegalStateException();
  }

  /** Executed instructions since power-on, over all harts: the position in the recording. */
  public long instructions() {
    throw new IllegalStateException();
  }

  /** Guest time, {@code mtime}: ticks of 100 ns since power-on. */
  public long ticks() {
    throw new IllegalStateException();
  }

  /**
   * Executes until the count is exactly {@code until}, or something else stops it first. With {@code
   * until} equal to the present count it executes nothing, but says IDLE, HOST_CALL, or HALTED when
   * that is so.
   */
  public Stop run(long until) {
    throw new IllegalStateException();
  }

  /** Ticks until the next timer interrupt that is set; 0 if one is due, Long.MAX_VALUE if none. */
  public long idleTicks() {
    throw new IllegalStateException();
  }

  /** What the guest wants from the host; present exactly when {@link #run} says HOST_CALL. */
  public @Nullable HostCall hostCall() {
    throw new IllegalStateException();
  }

  /** Why the last {@link #run} said HOST_FAULT. */
  public @Nullable HostFault hostFault() {
    throw new IllegalStateException();
  }

  /** How the guest ended; present exactly when {@link #run} says HALTED. */
  public @Nullable Exit exit() {
    throw new IllegalStateException();
  }

  /**
   * Applies an input at the present count.
   *
   * @throws IllegalArgumentException if it does not fit the machine's state (an answer nobody asked
   *     for, no such device, too many bytes): the log is not of this machine. State is unchanged.
   */
  public void apply(Input input) {
    throw new IllegalStateException();
  }

  /** How many typed bytes a console takes now, 0 if there is no such port. */
  public int consoleRoom(int port) {
    throw new IllegalStateException();
  }

  /** Whether a network device takes a frame now (the driver has given it a buffer). */
  public boolean networkRoom(int nic) {
    throw new IllegalStateException();
  }

  /** Running digest of every byte that has left the machine, disk writes among them. */
  public long outputDigest() {
    throw new IllegalStateException();
  }

  public Ram ram() {
    throw new IllegalStateException();
  }

  /** All state but RAM and disks; fresh copies. */
  public MachineState save() {
    throw new IllegalStateException();
  }

  /**
   * Takes over a state. RAM and disks already hold the content that goes with it.
   *
   * @throws org.replaymigrate.vkernel.state.InvalidStateException if no run can have produced it; the
   *     machine is then good for nothing
   */
  public void restore(MachineState state) {
    throw new IllegalStateException();
  }
}
