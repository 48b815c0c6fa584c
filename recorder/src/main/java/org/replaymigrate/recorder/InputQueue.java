package org.replaymigrate.recorder;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.port.Input;

/**
 * What has come in from outside and not yet been given to the machine. Any thread may add; the
 * machine's thread takes what the machine has room for. Typed bytes wait for the guest up to a
 * bound; frames beyond a bound are lost, as on a real wire.
 */
public final class InputQueue {
  private static final int MAX_TYPED = 1 << 20;
  private static final int MAX_FRAMES = 4096;
  private static final int MAX_TYPED_AT_ONCE = 1024;

  private final Runnable wake;
  private final Map<Integer, Typed> typed = new HashMap<>();
  private final Map<Integer, Deque<byte[]>> frames = new HashMap<>();
  private final Deque<Input> others = new ArrayDeque<>();

  private static final class Typed {
    private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
    private int used;
    private int size;

    byte[] take(int most) {
      byte[] result = new byte[Math.min(most, size)];
      int at = 0;
      while (at < result.length) {
        byte[] head = chunks.getFirst();
        int n = Math.min(head.length - used, result.length - at);
        System.arraycopy(head, used, result, at, n);
        at += n;
        used += n;
        if (used == head.length) {
          chunks.removeFirst();
          used = 0;
        }
      }
      size -= result.length;
      return result;
    }
  }

  /**
   * @param wake called on the adding thread after something was added
   */
  public InputQueue(Runnable wake) {
    this.wake = wake;
  }

  /** Somebody types. Returns false if so much waits already that it is refused. */
  public boolean type(int port, byte[] bytes) {
    synchronized (this) {
      Typed queue = typed.computeIfAbsent(port, p -> new Typed());
      if (queue.size + bytes.length > MAX_TYPED) {
        return false;
      }
      if (bytes.length > 0) {
        queue.chunks.add(bytes.clone());
        queue.size += bytes.length;
      }
    }
    wake.run();
    return true;
  }

  /** A frame has arrived; the array is the queue's from now on. */
  public void frame(int nic, byte[] frame) {
    synchronized (this) {
      Deque<byte[]> queue = frames.computeIfAbsent(nic, n -> new ArrayDeque<>());
      if (queue.size() < MAX_FRAMES) {
        queue.add(frame);
      }
    }
    wake.run();
  }

  /** A break, or the power button. */
  public void other(Input input) {
    synchronized (this) {
      others.add(input);
    }
    wake.run();
  }

  /** The next input the machine has room for, or null. */
  synchronized @Nullable Input next(Machine machine) {
    Input other = others.poll();
    if (other != null) {
      return other;
    }
    for (Map.Entry<Integer, Typed> entry : typed.entrySet()) {
      int port = entry.getKey();
      if (entry.getValue().size > 0) {
        int room = Math.min(MAX_TYPED_AT_ONCE, machine.consoleRoom(port));
        if (room > 0) {
          return new Input.ConsoleBytes(port, entry.getValue().take(room));
        }
      }
    }
    for (Map.Entry<Integer, Deque<byte[]>> entry : frames.entrySet()) {
      int nic = entry.getKey();
      if (!entry.getValue().isEmpty() && machine.networkRoom(nic)) {
        return new Input.NetworkFrame(nic, entry.getValue().removeFirst());
      }
    }
    return null;
  }
}
