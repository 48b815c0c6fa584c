package org.replaymigrate.vkernel;

/**
 * How the guest ended.
 *
 * @param kind why
 * @param code the guest's own exit code, 0 for success; 0..65535
 */
public record Exit(Kind kind, int code) {
  /** Ways to end. */
  public enum Kind {
    POWER_OFF,
    REBOOT,
    FAILURE
  }
}
