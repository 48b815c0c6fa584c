package org.replaymigrate.vkernel.device;

/** A level-triggered wire from a device to an interrupt controller or a hart. */
@FunctionalInterface
public interface InterruptLine {
  /** Drives the line; driving it to the level it has is allowed and does nothing. */
  void set(boolean high);
}
