package org.replaymigrate.protocol.wire;

import java.io.IOException;
import java.net.SocketException;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.link.Carrier;
import org.replaymigrate.protocol.link.Dialer;

/** The source's way to mend: it dials again, less and less often, and says where it was. */
final class Redial implements Mender {
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 2_000;
  private static final int ANSWER_MILLIS = 5_000;

  /** Until the destination has said for how long it waits. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** One that hangs up so often without a word does not speak this protocol. */
  private static final int MOST_MUTE = 3;

  private final Dialer dialer;
  private final UUID transfer;
  private final long untilNanos;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * @param untilNanos by the clock that never jumps, after which it dials no more
   */
  Redial(Dialer dialer, UUID transfer, long untilNanos) {
    this.dialer = dialer;
    this.transfer = transfer;
    this.untilNanos = untilNanos;
  }

  @Override
  public Mended mend(long received, long nanos, IOException why)
      throws IOException, InterruptedException {
    long deadline = Math.min(System.nanoTime() + nanos, untilNanos);
    long pause = FIRST_PAUSE_MILLIS;
    IOException last = why;
    int mute = 0;
    while (deadline - System.nanoTime() > 0 && !(received == 0 && mute >= MOST_MUTE)) {
      if (stopped.await(pause, TimeUnit.MILLISECONDS)) {
        throw why;
      }
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      Carrier carrier;
      try {
        carrier = dialer.dial();
      } catch (IOException e) {
        last = e;
        continue;
      }
      try {
        return greet(carrier, received);
      } catch (Refused e) {
        carrier.close();
        throw e;
      } catch (IOException e) {
        carrier.close();
        last = e;
        mute++;
      }
    }
    if (received == 0) {
      throw why; // there never was a conversation
    }
    SocketException lost =
        new SocketException(
            dialer + ": the link broke and has not come back: " + last.getMessage());
    lost.initCause(why);
    throw lost;
  }

  private Mended greet(Carrier carrier, long received) throws IOException {
    WireFrames.send(carrier, new WireMessage.Resume(transfer, received));
    return switch (WireFrames.first(carrier, ANSWER_MILLIS)) {
      case WireMessage.Resumed r -> new Mended(carrier, r.wanted());
      case WireMessage.Refuse r -> throw new Refused(r);
      case WireMessage m ->
          throw new FormatException.Corrupt(dialer + ": unexpected answer " + m.id());
    };
  }

  /** The destination will not go on; what it says goes to whoever receives. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient WireMessage.Refuse refusal;

    Refused(WireMessage.Refuse refusal) {
      super(refusal.reason());
      this.refusal = refusal;
    }

    WireMessage.Refuse refusal() {
      return refusal;
    }
  }

  @Override
  public long patienceNanos() {
    return PATIENCE_NANOS;
  }

  @Override
  public void stop() {
    stopped.countDown();
  }
}
