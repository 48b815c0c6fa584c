package org.replaymigrate.bench.clones;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.replaymigrate.bench.BenchException;
import org.replaymigrate.bench.ComparisonOptions;
import org.replaymigrate.bench.host.ConsoleProcess;
import org.replaymigrate.bench.host.DebianFiles;
import org.replaymigrate.bench.host.HostFacts;
import org.replaymigrate.bench.host.Ours;
import org.replaymigrate.bench.report.Report;
import org.replaymigrate.bench.report.Row;
import org.replaymigrate.bench.report.Samples;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts many guests from one checkpoint, and looks at what each takes. */
@Command(
    name = "clones",
    mixinStandardHelpOptions = true,
    description = {
      "Boots the Debian guest, takes a checkpoint, and starts many guests that go on from there, one"
          + " after the other, which then run side by side.",
      "How soon each answers at its shell, and what it takes of the host's memory."
    })
public final class ClonesCommand implements Callable<Integer> {
  private static final Duration BOOT_LIMIT = Duration.ofMinutes(5);
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Duration SETTLING = Duration.ofSeconds(10);
  private static final double MIB = 1 << 20;
  private static final int QUICK = 3;

  @Mixin private ComparisonOptions options = new ComparisonOptions();

  @Option(
      names = "--clones",
      paramLabel = "N",
      description = "How many there are in the end (default: ${DEFAULT-VALUE}).")
  private int clones = 20;

  private final Samples seconds = new Samples();

  @Override
  public Integer call() throws IOException, InterruptedException {
    DebianFiles guest = DebianFiles.find();
    List<ConsoleProcess> running = new ArrayList<>();
    try (Ours own = Ours.prepare()) {
      var versions = HostFacts.versions(own);
      var machine = HostFacts.machine();
      try {
        String origin = own.newName();
        SharedMemory alone;
        String checkpoint;
        try (ConsoleProcess first = ConsoleProcess.start(own.linux(origin, guest))) {
          first.await(DebianFiles.PROMPT, BOOT_LIMIT);
          Thread.sleep(SETTLING);
          checkpoint = origin + "@" + own.json("checkpoint", origin).get("checkpoint");
          alone = SharedMemory.of(first.pid());
        }
        int wanted = options.quick ? QUICK : clones;
        for (int i = 0; i < wanted; i++) {
          running.add(clone(own, checkpoint));
        }
        Thread.sleep(SETTLING);
        List<SharedMemory> all = new ArrayList<>();
        for (ConsoleProcess each : running) {
          all.add(SharedMemory.of(each.pid()));
        }
        new Report("clones", wanted, machine, versions, rows(alone, all))
            .publish(System.out, options.json);
      } finally {
        for (ConsoleProcess each : running) {
          each.close();
        }
      }
    }
    return 0;
  }

  private ConsoleProcess clone(Ours own, String checkpoint)
      throws IOException, InterruptedException {
    ConsoleProcess process = ConsoleProcess.start(own.clone(own.newName(), checkpoint));
    try {
      // Put together by the shell: the echo of what is typed does not hold it.
      process.type("echo an''swer\n");
      ConsoleProcess.Seen seen = process.await("answer", LIMIT);
      seconds.add((seen.nanos() - process.started()) / 1e9);
      return process;
    } catch (IOException | InterruptedException | BenchException e) {
      process.close();
      throw e;
    }
  }

  private List<Row> rows(SharedMemory alone, List<SharedMemory> all) {
    double answer = seconds.median();
    double pss = median(all, SharedMemory::pss);
    double owned = median(all, SharedMemory::owned);
    double rss = median(all, SharedMemory::rss);
    return List.of(
        new Row("a clone's start to its answer", "s", answer, null, answer, null, Map.of()),
        memory("a clone's memory, PSS (ours/alone)", pss, (double) alone.pss()),
        memory("a clone's own memory (ours/alone)", owned, (double) alone.owned()),
        memory("a clone's memory, RSS (ours/alone)", rss, (double) alone.rss()));
  }

  /** The peer is the guest that they all go on from, when it ran by itself. */
  private static Row memory(String name, double mine, double alone) {
    return new Row(name, "MiB", mine / MIB, alone / MIB, mine / alone, null, Map.of());
  }

  private static double median(List<SharedMemory> all, ToDoubleFunction<SharedMemory> figure) {
    Samples samples = new Samples();
    all.forEach(each -> samples.add(figure.applyAsDouble(each)));
    return samples.median();
  }
}
