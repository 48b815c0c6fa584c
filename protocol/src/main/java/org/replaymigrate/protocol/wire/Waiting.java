package org.replaymigrate.protocol.wire;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.link.Carrier;

/** The destination's way to mend: it waits until the source has dialled again. */
final class Waiting implements Mender {
  private final Duration patience;
  private final Consumer<String> listener;
  private @Nullable Mended offered;
  private boolean stopped;

  /**
   * @param listener told in one line when a link breaks, and when it is whole again
   */
  Waiting(Duration patience, Consumer<String> listener) {
    this.patience = patience;
    this.listener = listener;
  }

  /** The source has dialled; false if nobody waits for that any more. */
  synchronized boolean offer(Carrier carrier, long wanted) {
    if (stopped) {
      return false;
    }
    if (offered != null) {
      offered.carrier().close(); // it has broken too before it was taken
    }
    offered = new Mended(carrier, wanted);
    notifyAll();
    return true;
  }

  @Override
  public Mended mend(long received, long nanos, IOException why)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + nanos;
    boolean said = false;
    while (true) {
      Mended next = take(said ? deadline : System.nanoTime());
      if (next == null && !said) {
        listener.accept(
            why.getMessage() + "; waiting " + patience.toMillis() / 1000.0 + " s for the source");
        said = true;
        continue;
      }
      if (next == null) {
        throw why;
      }
      try {
        WireFrames.send(next.carrier(), new WireMessage.Resumed(received));
        listener.accept(next.carrier().peer() + ": the link is whole again");
        return next;
      } catch (IOException e) {
        next.carrier().close();
      }
    }
  }

  private synchronized @Nullable Mended take(long deadline)
      throws IOException, InterruptedException {
    while (offered == null && !stopped) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return null;
      }
      wait(left);
    }
    if (stopped) {
      throw new SocketException("closed");
    }
    Mended next = offered;
    offered = null;
    return next;
  }

  @Override
  public long patienceNanos() {
    return patience.toNanos();
  }

  @Override
  public synchronized void stop() {
    stopped = true;
    if (offered != null) {
      offered.carrier().close();
      offered = null;
    }
    notifyAll();
  }
}
