package org.replaymigrate.vkernel.bus;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.device.MmioDevice;

/**
 * The devices by physical address. An access belongs to a device when all of it is in its window.
 */
public final class Bus {
  private record Window(long start, long length, MmioDevice device) {
    boolean contains(long address, int size) {
      long offset = address - start;
      return offset >= 0 && offset <= length - size;
    }
  }

  private final List<Window> windows = new ArrayList<>();

  /** Puts a device at {@code [start, start + length)}. */
  public void attach(long start, long length, MmioDevice device) {
    windows.add(new Window(start, length, device));
  }

  /** Whether somebody answers there. */
  public boolean isMapped(long address, int size) {
    return find(address, size) != null;
  }

  /** Reads; 0 where nobody answers. */
  public long load(long address, int size) {
    Window window = find(address, size);
    return window == null ? 0 : window.device.load(address - window.start, size);
  }

  /** Writes; nothing happens where nobody answers. */
  public void store(long address, int size, long value) {
    Window window = find(address, size);
    if (window != null) {
      window.device.store(address - window.start, size, value);
    }
  }

  private @Nullable Window find(long address, int size) {
    for (Window window : windows) {
      if (window.contains(address, size)) {
        return window;
      }
    }
    return null;
  }
}
