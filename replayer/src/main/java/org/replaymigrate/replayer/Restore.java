package org.replaymigrate.replayer;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest;
import org.replaymigrate.protocol.checkpoint.CheckpointReader;
import org.replaymigrate.protocol.codec.StateCodec;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.protocol.log.LogHeader;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.translate.Translation;

/**
 * Brings a machine up from what a folder holds: a checkpoint, and the log behind it. Nothing in the
 * recording is changed; the disks' working files are made anew.
 */
public final class Restore {
  private static final long NANOS_PER_TICK = 100;

  private final VkernelIdentity identity;
  private final CheckpointFolder checkpoints;
  private final LogSegments log;
  private final Path diskFolder;
  private final Outputs outputs;
  private final List<String> warnings = new ArrayList<>();
  private HostWait hostWait = HostWait.SILENT;
  private Translation translation = Translation.OFF;
  private volatile @Nullable Replay replay;
  private volatile boolean cancelled;

  /**
   * @param diskFolder where the disks' working files go: that of the vkernel, if it is to go live;
   *     a temporary one, if it is only looked at
   * @param outputs the machine's; the caller has muted them until it goes live
   */
  public Restore(VkernelFolder folder, Path diskFolder, Outputs outputs) throws IOException {
    this.identity = folder.identity();
    this.checkpoints = folder.checkpoints();
    this.log = LogSegments.in(folder.log());
    this.diskFolder = diskFolder;
    this.outputs = outputs;
  }

  /** Who is told when a replay has to wait for the host; before one begins. */
  public Restore hostWait(HostWait told) {
    hostWait = told;
    return this;
  }

  /** How the machine runs its guest's code (default: interpreted); before one is made. */
  public Restore translation(Translation wanted) {
    translation = wanted;
    return this;
  }

  /**
   * A machine in the state of a checkpoint.
   *
   * @param manifest the checkpoint's; its position in the log is where a replay begins
   */
  public record Base(HostedMachine hosted, CheckpointManifest manifest) {}

  /**
   * Brings up a machine as a checkpoint has it.
   *
   * @param number of the checkpoint; null for the first there is
   * @throws FormatException if it is damaged, or of another version
   */
  public Base base(@Nullable Long number) throws IOException {
    List<Long> numbers = checkpoints.numbers();
    if (number == null && numbers.isEmpty()) {
      throw new NoSuchFileException(checkpoints.path() + ": no checkpoint there");
    }
    long wanted = number == null ? numbers.getFirst() : number;
    if (!numbers.contains(wanted)) {
      throw new NoSuchFileException(
          checkpoints.path() + ": no checkpoint " + wanted + ", there are " + numbers);
    }
    return open(wanted);
  }

  private Base open(long number) throws IOException {
    Path file = checkpoints.file(number);
    try (CheckpointReader reader = checkpoints.open(number)) {
      CheckpointManifest manifest = reader.manifest();
      if (!manifest.vkernel().equals(identity.id())
          || !manifest.config().equals(identity.config())) {
        throw new FormatException.Corrupt(file + ": of another vkernel than " + identity.name());
      }
      return new Base(
          HostedMachine.restore(
              reader, List.copyOf(identity.disks()), diskFolder, outputs, translation),
          manifest);
    }
  }

  /**
   * Replays from a checkpoint.
   *
   * @param base where to begin; the machine is where the replay has stopped afterwards
   */
  public ReplayResult replay(Base base, ReplayOptions options)
      throws IOException, InterruptedException {
    try (LogSource source = LogSource.open(log, base.manifest().position(), options.until())) {
      return replay(base, source, options);
    }
  }

  private ReplayResult replay(Base base, LogSource source, ReplayOptions options)
      throws IOException, InterruptedException {
    Replay started =
        new Replay(
            base.hosted().machine(),
            base.hosted()::digest,
            source,
            base.manifest().position().sequence(),
            options.verifyStates()
                ? options
                    .hostWait(hostWait)
                    .checkpoints((number, next) -> compare(number, next, base.hosted()))
                : options.hostWait(hostWait));
    replay = started;
    if (cancelled) {
      started.cancel();
    }
    return started.run();
  }

  /**
   * With a checkpoint that can be read; a damaged one says nothing about the replay. Nor does one
   * of another place: each host numbers its own, and a log that has moved names those of others.
   */
  private List<String> compare(long number, long sequence, HostedMachine hosted)
      throws IOException {
    try (CheckpointReader reader = checkpoints.open(number)) {
      if (reader.manifest().position().sequence() != sequence) {
        return List.of();
      }
      return CheckpointComparison.differences(reader, hosted);
    } catch (FormatException | NoSuchFileException e) {
      return List.of();
    }
  }

  /**
   * Brings up the machine at the last event of its log, from the newest checkpoint that can be
   * used.
   *
   * @param verifyStates whether digests of states are compared on the way
   * @param stopAtDivergence whether a wrong digest is an error; what cannot be applied always is
   * @throws DivergenceException if the replay does not lead to where the recording was
   * @throws FormatException if the log is damaged, or no checkpoint can be used
   * @throws InterruptedException if it was cancelled
   */
  public Restored toTheEnd(
      boolean verifyStates, boolean stopAtDivergence, Consumer<ReplayProgress> progress)
      throws IOException, InterruptedException {
    Opened opened = newest();
    Base base = opened.base();
    try (LogSource source = opened.source()) {
      long ticks = base.hosted().machine().ticks();
      ReplayOptions options =
          ReplayOptions.DEFAULT
              .verifyStates(verifyStates)
              .stopAtDivergence(stopAtDivergence)
              .progress(progress);
      ReplayResult result = replay(base, source, options);
      switch (result.outcome()) {
        case REACHED -> {}
        case DIVERGED -> throw new DivergenceException(identity.name(), result);
        case CANCELLED -> throw new InterruptedException("restoring was cancelled");
      }
      long passed = base.hosted().machine().ticks() - ticks;
      return new Restored(
          base.hosted(),
          base.manifest().number(),
          source.lastPosition(),
          Objects.requireNonNull(source.end()),
          base.manifest().epochNanos() + passed * NANOS_PER_TICK,
          result,
          warnings);
    } catch (IOException | InterruptedException | RuntimeException e) {
      base.hosted().close();
      throw e;
    }
  }

  /** Begins the segment of the log that follows on what was restored. */
  public EventLogWriter beginSegment(Restored restored) throws IOException {
    return log.create(
        new LogHeader(
            identity.id(),
            Digest128.of(new StateCodec().encode(identity.config())),
            log.next(),
            restored.checkpoint(),
            restored.position().sequence(),
            restored.position().instructions()));
  }

  private record Opened(Base base, LogSource source) {}

  /** The newest checkpoint which is whole, and which the log leads on from. */
  private Opened newest() throws IOException {
    IOException damage = null;
    for (long number : checkpoints.numbers().reversed()) {
      try {
        Base base = open(number);
        try {
          return new Opened(base, LogSource.open(log, base.manifest().position()));
        } catch (IOException | RuntimeException e) {
          base.hosted().close();
          throw e;
        }
      } catch (FormatException.Corrupt | NoSuchFileException e) { // or one that it builds upon
        warnings.add("checkpoint " + number + " cannot be used: " + e.getMessage());
        damage = damage == null ? e : damage;
      }
    }
    if (damage != null) {
      throw damage;
    }
    throw new FormatException.Corrupt(checkpoints.path() + ": no checkpoint there");
  }

  /** Ends a replay that is under way or comes, on any thread. */
  public void cancel() {
    cancelled = true;
    Replay started = replay;
    if (started != null) {
      started.cancel();
    }
  }
}
