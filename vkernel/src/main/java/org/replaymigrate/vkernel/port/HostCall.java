package org.replaymigrate.vkernel.port;

/**
 * What the machine wants from its host before it can execute another instruction: the vkernel's
 * system calls. {@code Machine.run} stops with {@code HOST_CALL}; applying the matching {@link
 * Input.HostCallReturned} lets it go on.
 */
public sealed interface HostCall {
  /** The host's date. Answered by {@link Input.ClockRead}. */
  record ReadClock() implements HostCall {}

  /**
   * Random bytes for virtio-rng. Answered by {@link Input.Entropy}.
   *
   * @param slot the virtio slot that asks
   * @param bytes how many, 1..256
   */
  record Entropy(int slot, int bytes) implements HostCall {}
}
