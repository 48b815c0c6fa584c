package org.replaymigrate.replayer;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How to replay.
 *
 * @param until where to stop
 * @param verifyStates whether digests of whole states are compared too; digests of output, which
 *     cost nothing, always are
 * @param stopAtDivergence whether to stop where a digest is wrong; what cannot be applied at all
 *     stops a replay in any case
 * @param checkpoints compares with checkpoints on the way, or null
 * @param hostWait told when the host keeps the guest waiting
 * @param journal where to write down what comes in, or null
 * @param acknowledgement told what has been applied
 * @param progress told about ten times a second on the machine's thread; must be quick
 */
public record ReplayOptions(
    Until until,
    boolean verifyStates,
    boolean stopAtDivergence,
    @Nullable CheckpointCheck checkpoints,
    HostWait hostWait,
    @Nullable Journal journal,
    Acknowledgement acknowledgement,
    Consumer<ReplayProgress> progress) {

  /** To the end, comparing everything, stopping at the first divergence. */
  public static final ReplayOptions DEFAULT =
      new ReplayOptions(
          Until.END,
          true,
          true,
          null,
          HostWait.SILENT,
          null,
          (sequence, instructions) -> {},
          p -> {});

  public ReplayOptions until(Until value) {
    return new ReplayOptions(
        value,
        verifyStates,
        stopAtDivergence,
        checkpoints,
        hostWait,
        journal,
        acknowledgement,
        progress);
  }

  public ReplayOptions verifyStates(boolean value) {
    return new ReplayOptions(
        until, value, stopAtDivergence, checkpoints, hostWait, journal, acknowledgement, progress);
  }

  public ReplayOptions stopAtDivergence(boolean value) {
    return new ReplayOptions(
        until, verifyStates, value, checkpoints, hostWait, journal, acknowledgement, progress);
  }

  public ReplayOptions checkpoints(CheckpointCheck value) {
    return new ReplayOptions(
        until, verifyStates, stopAtDivergence, value, hostWait, journal, acknowledgement, progress);
  }

  public ReplayOptions hostWait(HostWait value) {
    return new ReplayOptions(
        until,
        verifyStates,
        stopAtDivergence,
        checkpoints,
        value,
        journal,
        acknowledgement,
        progress);
  }

  public ReplayOptions journal(Journal value) {
    return new ReplayOptions(
        until,
        verifyStates,
        stopAtDivergence,
        checkpoints,
        hostWait,
        value,
        acknowledgement,
        progress);
  }

  public ReplayOptions acknowledgement(Acknowledgement value) {
    return new ReplayOptions(
        until, verifyStates, stopAtDivergence, checkpoints, hostWait, journal, value, progress);
  }

  public ReplayOptions progress(Consumer<ReplayProgress> value) {
    return new ReplayOptions(
        until,
        verifyStates,
        stopAtDivergence,
        checkpoints,
        hostWait,
        journal,
        acknowledgement,
        value);
  }
}
