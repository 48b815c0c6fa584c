package org.replaymigrate.recorder;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.replaymigrate.vkernel.port.Outputs;

/**
 * Holds what the machine has put out since the last release, until the log holds everything that
 * caused it. Bounded by what a guest can put out within one slice. While it is muted (a replay) it
 * holds nothing.
 */
public final class PendingOutputs implements Outputs {
  private record Frame(int nic, byte[] bytes) {}

  private final TreeMap<Integer, ByteArrayOutputStream> consoles = new TreeMap<>();
  private final List<Frame> frames = new ArrayList<>();

  /** A guest can put out gigabytes with one notification; what is above this is lost. */
  private static final int MAX_BYTES = 32 << 20;

  private int held;
  private boolean muted;
  private boolean empty = true;

  /** Whether output is thrown away instead of held. */
  public void mute(boolean on) {
    muted = on;
  }

  public boolean isEmpty() {
    return empty;
  }

  @Override
  public void console(int port, int value) {
    if (!muted && held < MAX_BYTES) {
      held++;
      consoles.computeIfAbsent(port, p -> new ByteArrayOutputStream()).write(value);
      empty = false;
    }
  }

  @Override
  public void frame(int nic, byte[] frame) {
    if (!muted && held < MAX_BYTES) {
      held += frame.length;
      frames.add(new Frame(nic, frame));
      empty = false;
    }
  }

  /** Lets everything go, in order within a console and within the network. */
  void release(Outlet outlet) {
    consoles.forEach((port, bytes) -> {
      if (bytes.size() > 0) {
        outlet.console(port, bytes.toByteArray());
        bytes.reset();
      }
    });
    for (Frame frame : frames) {
      outlet.frame(frame.nic, frame.bytes);
    }
    frames.clear();
    empty = true;
    held = 0;
  }
}
