package org.replaymigrate.bench.micro;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Time for one instruction of a guest that does one thing only. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 3,
    jvmArgsAppend = {
      "-XX:+UseSerialGC",
      "-XX:+UseOnStackReplacement",
      "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED"
    })
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class MachineBenchmark {
  private static final int INSTRUCTIONS = 1_000_000;

  /** What the guest does. */
  @Param public MicroMachine.Part part = MicroMachine.Part.LOOP;

  /** Whether hot code is translated, or all interpreted. */
  @Param({"false", "true"})
  public boolean translated = true;

  @SuppressWarnings("NullAway.Init") // JMH calls the setup method first
  private MicroMachine machine;

  /** Boots the guest. */
  @Setup
  public void boot() throws IOException {
    machine = new MicroMachine(part, translated, Arena.ofAuto());
  }

  /** A million instructions of it. */
  @Benchmark
  @OperationsPerInvocation(INSTRUCTIONS)
  public long instruction() {
    return machine.execute(INSTRUCTIONS);
  }
}
