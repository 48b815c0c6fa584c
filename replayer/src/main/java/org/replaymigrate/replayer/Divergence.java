package org.replaymigrate.replayer;

import java.util.List;

/**
 * The replaying machine is not where the recording one was.
 *
 * @param kind how that was noticed
 * @param sequence number of the event at which it was noticed, the next one if it was before any
 * @param instructions the machine's count then
 * @param what one line, without the place: what was expected, and what came
 * @param verifiedSequence number of the last event whose digest was right before; -1 if none was
 * @param verifiedInstructions its count, or where the replay began
 * @param parts what is known to differ (registers, devices, pages); empty if that cannot be told
 */
public record Divergence(
    Kind kind,
    long sequence,
    long instructions,
    String what,
    long verifiedSequence,
    long verifiedInstructions,
    List<String> parts) {
  /** How a divergence is noticed. */
  public enum Kind {
    /** Output differs from the recorded: a console byte, a frame or a disk write. */
    OUTPUT_DIGEST,
    /** State differs from the recorded. */
    STATE_DIGEST,
    /** State differs from the checkpoint that was taken here. */
    CHECKPOINT,
    /** An input that the machine cannot take in its state. */
    INPUT_DOES_NOT_FIT,
    /** The guest has halted, or waits, before the count that the recording reached. */
    STOPPED_EARLY,
    /** The guest asks the host for something that the recording has no answer to. */
    HOST_CALL_WITHOUT_ANSWER,
    /** The recording has an answer from the host, but the guest does not ask. */
    ANSWER_WITHOUT_HOST_CALL
  }

  public Divergence {
    parts = List.copyOf(parts);
  }

  /** One line: where, what, and since when it may have been so. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder();
    line.append("event ").append(sequence).append(" at instruction ").append(instructions);
    line.append(": ").append(what);
    if (verifiedSequence >= 0) {
      line.append("; right at event ").append(verifiedSequence);
      line.append(" at instruction ").append(verifiedInstructions);
    } else {
      line.append("; no digest was checked since instruction ").append(verifiedInstructions);
    }
    if (!parts.isEmpty()) {
      line.append("; differing: ").append(String.join(", ", parts));
    }
    return line.toString();
  }
}
