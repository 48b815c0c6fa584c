package org.replaymigrate.vkernel;

/** Why {@link Machine#run} has come back. */
public enum Stop {
  /** The instruction count that was asked for is reached. */
  REACHED,
  /** Every hart waits for an interrupt; only an input can make another instruction execute. */
  IDLE,
  /** The guest needs an answer from the host: {@link Machine#hostCall}. */
  HOST_CALL,
  /** The host could not serve a disk request: {@link Machine#hostFault}. Calling again retries. */
  HOST_FAULT,
  /** The guest has powered off or asked for a reboot: {@link Machine#exit}. Nothing runs again. */
  HALTED
}
