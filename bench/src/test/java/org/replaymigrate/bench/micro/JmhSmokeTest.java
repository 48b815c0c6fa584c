package org.replaymigrate.bench.micro;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

class JmhSmokeTest {
  private static final int ROWS = 2 * MicroMachine.Part.values().length + 4;

  /** In this JVM, each method called once: whether they run, not how fast. */
  @Test
  void everyBenchmarkRuns() throws Exception {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("org.replaymigrate.bench.micro")
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .mode(Mode.SingleShotTime)
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();

    List<String> ran =
        results.stream().map(r -> r.getParams().getBenchmark() + r.getParams()).toList();
    assertEquals(ROWS, results.size(), ran.toString());
  }
}
