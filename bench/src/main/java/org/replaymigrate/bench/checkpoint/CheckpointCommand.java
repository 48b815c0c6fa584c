package org.replaymigrate.bench.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.replaymigrate.bench.ComparisonOptions;
import org.replaymigrate.bench.host.HostFacts;
import org.replaymigrate.bench.report.Goal;
import org.replaymigrate.bench.report.Report;
import org.replaymigrate.bench.report.Row;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.host.TranslationWorker;
import org.replaymigrate.protocol.log.LogHeader;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.protocol.store.PageStore;
import org.replaymigrate.recorder.Checkpointer;
import org.replaymigrate.recorder.HostClock;
import org.replaymigrate.recorder.Outlet;
import org.replaymigrate.recorder.Pacer;
import org.replaymigrate.recorder.PendingOutputs;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.board.BootImage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** For how long checkpoints stop a guest that writes pages at random. */
@Command(
    name = "checkpoint",
    description = {
      "Takes checkpoints, one after the other, of a guest of 1 GiB that writes pages at random, and"
          + " says for how long it stood still for each."
    })
public final class CheckpointCommand implements Callable<Integer> {
  private static final long MEMORY = 1L << 30;
  private static final double MILLI = 1e6;
  private static final UUID ID = new UUID(1, 2);

  @Mixin private ComparisonOptions options = new ComparisonOptions();

  @Option(
      names = "--pause",
      paramLabel = "N",
      description =
          "How many times the guest counts between two pages (default: ${DEFAULT-VALUE}).")
  private int pause = 1000;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("checkpoints");
    try {
      new Report("checkpoint", options.times, HostFacts.machine(), Map.of(), measure(folder))
          .publish(System.out, options.json);
    } finally {
      remove(folder);
    }
    return 0;
  }

  private List<Row> measure(Path folder) throws IOException, InterruptedException {
    MachineConfig config =
        new MachineConfig(
            MEMORY,
            1,
            List.of(),
            false,
            MachineConfig.DEFAULT_INSTRUCTIONS_PER_TICK,
            MachineConfig.DEFAULT_TURN_INSTRUCTIONS);
    PendingOutputs outputs = new PendingOutputs();
    try (HostedMachine hosted =
            HostedMachine.powerOn(
                config,
                List.of(),
                folder.resolve("disks"),
                outputs,
                TranslationWorker.translation());
        var log =
            LogSegments.in(folder.resolve("log"))
                .create(new LogHeader(ID, Digest128.NONE, 0, 0, 0, 0))) {
      byte[] image = PageWriterGuest.image(MEMORY, pause);
      hosted.machine().load(new BootImage(null, null, image, "", new byte[32]));
      Recorder recorder =
          new Recorder(
              hosted.machine(),
              outputs,
              log,
              new Nowhere(),
              Pacer.MAX,
              HostClock.SYSTEM,
              hosted::digest,
              new Recorder.Listener() {});
      CheckpointFolder checkpoints =
          new CheckpointFolder(
              folder.resolve("checkpoints"), PageStore.at(folder.resolve("store")));
      Checkpointer checkpointer =
          new Checkpointer(ID, checkpoints, hosted.contents(), HostClock.SYSTEM);
      CompletableFuture<Void> ended = new CompletableFuture<>();
      Thread.ofPlatform().name("machine").start(() -> run(recorder, ended));
      try {
        return rows(takeAll(recorder, checkpointer));
      } finally {
        recorder.end(Recorder.EndReason.STOPPED);
        ended.join();
      }
    }
  }

  private static void run(Recorder recorder, CompletableFuture<Void> ended) {
    try {
      recorder.run();
      ended.complete(null);
    } catch (IOException | RuntimeException e) {
      ended.completeExceptionally(e);
    }
  }

  /** A checkpoint: how long the guest stood still, and how long it took to write, in ms. */
  private record Cost(double pause, double write) {}

  private List<Cost> takeAll(Recorder recorder, Checkpointer checkpointer)
      throws IOException, InterruptedException {
    List<Cost> costs = new ArrayList<>();
    int many = (options.quick ? 4 : 20) * options.times;
    try {
      for (int i = 0; i < many; i++) {
        CompletableFuture<Checkpointer.Taken> begun = new CompletableFuture<>();
        recorder.post(r -> begun.complete(checkpointer.take(r)));
        Checkpointer.Taken taken = begun.get();
        long start = System.nanoTime();
        taken.file().get();
        Cost cost = new Cost(taken.pauseNanos() / MILLI, (System.nanoTime() - start) / MILLI);
        costs.add(cost);
        System.err.printf(
            "%d/%d %.2f ms, written in %.0f ms%n", i + 1, many, cost.pause, cost.write);
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
    return costs;
  }

  private static List<Row> rows(List<Cost> costs) {
    List<Double> pauses = new ArrayList<>(costs.stream().map(Cost::pause).toList());
    Collections.sort(pauses);
    double p99 = pauses.get((int) Math.ceil(0.99 * pauses.size()) - 1);
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("checkpoints", costs.size());
    more.put("firstMillis", costs.getFirst().pause);
    more.put("medianMillis", pauses.get(pauses.size() / 2));
    more.put("maxMillis", pauses.getLast());
    more.put(
        "medianWriteMillis",
        costs.stream().map(Cost::write).sorted().toList().get(costs.size() / 2));
    return List.of(
        new Row("checkpoint pause, p99, busy 1 GiB", "ms", p99, null, p99, Goal.atMost(10), more));
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static final class Nowhere implements Outlet {
    @Override
    public void console(int port, byte[] bytes) {}

    @Override
    public void frame(int nic, byte[] frame) {}
  }
}
