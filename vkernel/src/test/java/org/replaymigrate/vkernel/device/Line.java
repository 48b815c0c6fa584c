package org.replaymigrate.vkernel.device;

/** A wire whose level a test can look at. */
public final class Line implements InterruptLine {
  private boolean high;

  @Override
  public void set(boolean high) {
    this.high = high;
  }

  public boolean high() {
    return high;
  }
}
