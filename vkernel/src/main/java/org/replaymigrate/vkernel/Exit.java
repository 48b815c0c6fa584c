package org.replaymigrate.vkernel;

import org.jspecify.annotations.Nullable;

/**
 * How the guest ended.
 *
 * @param kind why
 * @param code the guest's own exit code, 0 for success; 0..65535
 */
public record Exit(Kind kind, int code) {
  /** Ways to end, with the ids that stand in checkpoints; 0 is none of them. */
  public enum Kind {
    POWER_OFF(1),
    REBOOT(2),
    FAILURE(3);

    private final int id;

    Kind(int id) {
      this.id = id;
    }

    public int id() {
      return id;
    }

    /** The kind with this id, or null if there is none. */
    static @Nullable Kind of(int id) {
      for (Kind kind : values()) {
        if (kind.id == id) {
          return kind;
        }
      }
      return null;
    }
  }
}
