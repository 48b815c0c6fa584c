package org.replaymigrate.vkernel.cpu;

/** What a hart is doing; for profiles. */
public enum Activity {
  /** Nothing: it is not its turn, or it waits. */
  NONE,
  INTERPRETING,
  TRANSLATED,

  /** Walking page tables, because the TLB had no entry. */
  WALKING,

  /** Accessing a device. */
  DEVICE
}
