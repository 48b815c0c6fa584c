package org.replaymigrate.replayer;

import com.lmax.disruptor.AlertException;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.WaitStrategy;
import java.util.concurrent.locks.LockSupport;

/**
 * Sleeps until something is published, and naps until the stages before have let it through.
 *
 * <p>Disruptor's own blocking strategies spin in the second case, which takes them for moments.
 * Here a stage may run a machine for seconds over one event, and whoever waits behind it must not
 * take a processor for that.
 */
final class ParkingWaitStrategy implements WaitStrategy {
  private static final long SHORTEST_NAP_NANOS = 20_000;
  private static final long LONGEST_NAP_NANOS = 500_000;

  private final Object published = new Object();

  @Override
  public long waitFor(
      long sequence, Sequence cursor, Sequence dependentSequence, SequenceBarrier barrier)
      throws AlertException, InterruptedException {
    if (cursor.get() < sequence) {
      synchronized (published) {
        while (cursor.get() < sequence) {
          barrier.checkAlert();
          published.wait();
        }
      }
    }
    long nap = SHORTEST_NAP_NANOS;
    long available = dependentSequence.get();
    while (available < sequence) {
      barrier.checkAlert();
      LockSupport.parkNanos(this, nap);
      nap = Math.min(LONGEST_NAP_NANOS, nap * 2);
      available = dependentSequence.get();
    }
    return available;
  }

  @Override
  public void signalAllWhenBlocking() {
    synchronized (published) {
      published.notifyAll();
    }
  }
}
