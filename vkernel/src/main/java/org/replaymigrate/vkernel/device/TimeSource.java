package org.replaymigrate.vkernel.device;

/** Guest time: a function of the instruction count and of inputs, never of the host's clock. */
@FunctionalInterface
public interface TimeSource {
  /** Ticks of 100 ns since power-on. */
  long ticks();
}
