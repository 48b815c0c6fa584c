package org.replaymigrate.vkernel.virtio;

/** Where a device is before it is put behind a transport: no driver will ever come up. */
enum Detached implements VirtioDevice.Transport {
  INSTANCE;

  @Override
  public boolean live() {
    return false;
  }

  @Override
  public boolean negotiated(int feature) {
    return false;
  }

  @Override
  public VirtQueue queue(int index) {
    throw new IllegalStateException("a virtio device outside its slot");
  }

  @Override
  public void fail() {}
}
