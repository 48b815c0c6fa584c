package org.replaymigrate.bench.micro;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.protocol.log.LogHeader;
import org.replaymigrate.vkernel.port.Input;

/** Time to write an input to the log, which every input waits for. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 3,
    jvmArgsAppend = {
      "-XX:+UseOnStackReplacement",
      "-XX:+UseSerialGC",
      "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
      "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
      "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
      "--enable-native-access=ALL-UNNAMED",
      "--sun-misc-unsafe-memory-access=allow"
    })
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LogBenchmark {
  private static final byte[] FRAME = new byte[1514];

  private Path folder = Path.of("");

  @SuppressWarnings("NullAway.Init") // JMH calls the setup method first
  private EventLogWriter log;

  private long instructions;

  /** A new log for each iteration: nothing bounds what one appends. */
  @Setup(Level.Iteration)
  public void open() throws IOException {
    folder = Files.createTempDirectory("bench-log");
    instructions = 0;
    log =
        EventLogWriter.create(
            folder.resolve("log"), new LogHeader(new UUID(0, 1), Digest128.NONE, 0, 0, 0, 0));
  }

  /** Closes and removes it. */
  @TearDown(Level.Iteration)
  public void remove() throws IOException {
    log.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** The smallest event, and the most frequent one. */
  @Benchmark
  public long clockAdvance() throws IOException {
    return log.append(instructions += 1000, new Input.ClockAdvance(7));
  }

  /** A full Ethernet frame. */
  @Benchmark
  public long frame() throws IOException {
    return log.append(instructions += 1000, new Input.NetworkFrame(0, FRAME));
  }
}
