package org.replaymigrate.vkernel.virtio;

import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.vkernel.port.Outputs;

/** Keeps what a device has put out. */
final class Collected implements Outputs {
  final StringBuilder console = new StringBuilder();
  final List<byte[]> frames = new ArrayList<>();
  int lastPort = -1;
  int lastNic = -1;

  @Override
  public void console(int port, int value) {
    lastPort = port;
    console.append((char) value);
  }

  @Override
  public void frame(int nic, byte[] frame) {
    lastNic = nic;
    frames.add(frame);
  }
}
