package org.replaymigrate.recorder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.replaymigrate.protocol.checkpoint.CheckpointExport;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest;
import org.replaymigrate.protocol.checkpoint.CheckpointSeries;
import org.replaymigrate.protocol.checkpoint.Snapshot;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.port.Input;

/**
 * Takes checkpoints of a running machine: a short stop, and a thread that writes while it runs on.
 * The first looks at all of the machine, and each after it at what has changed. The log up to the
 * checkpoint is on the disk before the checkpoint is, so that no loss of power leaves one that its
 * log does not lead to.
 */
public final class Checkpointer implements AutoCloseable {
  /**
   * A checkpoint that has been begun.
   *
   * @param number its number
   * @param position the place in the log that follows it
   * @param pauseNanos how long the guest stood still for it
   * @param file completed with the file once it is whole and on the disk, or exceptionally
   */
  public record Taken(
      long number, LogPosition position, long pauseNanos, CompletableFuture<Path> file) {}

  private final UUID vkernel;
  private final CheckpointFolder folder;
  private final CheckpointSeries series;
  private final HostClock clock;
  private long next;
  private volatile long lastPauseNanos;
  private volatile long longestPauseNanos;

  /** Makes durable what was logged so far; called on the thread that writes the checkpoint. */
  @FunctionalInterface
  interface LogSync {
    void sync() throws IOException;
  }

  /**
   * Begins to watch what changes; before the machine runs.
   *
   * @param spaces RAM first, then one for each disk
   */
  public Checkpointer(
      UUID vkernel, CheckpointFolder folder, List<? extends PagedContent> spaces, HostClock clock)
      throws IOException {
    this.vkernel = vkernel;
    this.folder = folder;
    this.series = new CheckpointSeries(spaces);
    this.clock = clock;
    this.next = folder.next();
  }

  /** Writes the checkpoint of a machine that does not run; blocks until it is on the disk. */
  public Path takeNow(Machine machine, LogPosition position) throws IOException {
    return takeNow(machine, position, clock.epochNanos());
  }

  /**
   * The same.
   *
   * @param epochNanos the date that goes with guest time
   */
  public Path takeNow(Machine machine, LogPosition position, long epochNanos) throws IOException {
    Snapshot snapshot = hold(machine, position, epochNanos, false);
    try {
      return snapshot.write(folder);
    } finally {
      series.release(snapshot);
    }
  }

  /** Begins a checkpoint; within a command of the recorder. */
  public Taken take(Recorder recorder) {
    return take(recorder, false);
  }

  /**
   * Begins a checkpoint; within a command of the recorder.
   *
   * @param automatic whether nobody has asked for it
   */
  public Taken take(Recorder recorder, boolean automatic) {
    return take(recorder, automatic, recorder.log()::sync);
  }

  Taken take(Recorder recorder, boolean automatic, LogSync log) {
    long start = clock.nanos();
    recorder.record(new Input.CheckpointTaken(next));
    Snapshot snapshot =
        hold(recorder.machine(), recorder.log().position(), recorder.date(), automatic);
    long pause = clock.nanos() - start;
    lastPauseNanos = pause;
    longestPauseNanos = Math.max(longestPauseNanos, pause);
    Taken taken =
        new Taken(snapshot.number(), snapshot.position(), pause, new CompletableFuture<>());
    Thread.ofPlatform()
        .name("checkpoint-" + snapshot.number())
        .daemon()
        .start(() -> write(snapshot, recorder, log, taken.file));
    return taken;
  }

  /** Reads out a checkpoint that was taken, for another host; on any thread. */
  public CheckpointExport export(long number) throws IOException {
    return CheckpointExport.open(folder, number);
  }

  /** The pages of each part that have changed since this was made; for commands. */
  public List<BitSet> changedEver() {
    return series.changedEver();
  }

  /** Watches no more; no checkpoint can be taken any more. */
  @Override
  public void close() {
    series.close();
  }

  /** How long the guest stood still for the last checkpoint that was begun; 0 before. */
  public long lastPauseNanos() {
    return lastPauseNanos;
  }

  /** The longest that it ever stood still for one, in this process. */
  public long longestPauseNanos() {
    return longestPauseNanos;
  }

  private Snapshot hold(Machine machine, LogPosition position, long epochNanos, boolean automatic) {
    CheckpointManifest head =
        CheckpointManifest.head(
            vkernel,
            next++,
            CheckpointManifest.NO_PARENT,
            epochNanos,
            position,
            Digest128.NONE,
            machine.config(),
            machine.save());
    return series.hold(automatic ? head.automatically() : head);
  }

  private void write(
      Snapshot snapshot, Recorder recorder, LogSync log, CompletableFuture<Path> done) {
    try {
      log.sync();
      Path file = snapshot.write(folder);
      recorder.post(r -> series.release(snapshot));
      done.complete(file);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      recorder.post(r -> series.release(snapshot));
      done.completeExceptionally(e);
    }
  }
}
