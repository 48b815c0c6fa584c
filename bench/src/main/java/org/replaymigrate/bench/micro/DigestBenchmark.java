package org.replaymigrate.bench.micro;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.replaymigrate.protocol.digest.ContentDigest;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.page.RamPages;
import org.replaymigrate.vkernel.memory.Ram;

/** Time to digest what a guest has written: for each page, at so many pages a time. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 3,
    jvmArgsAppend = {
      "-XX:+UseSerialGC",
      "-XX:+UseOnStackReplacement",
      "--sun-misc-unsafe-memory-access=allow"
    })
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class DigestBenchmark {
  private static final long MEMORY_BYTES = 64L << 20;
  private static final int PAGES = 256;
  private static final int STRIDE = 37;

  private final byte[] page = new byte[Ram.PAGE_SIZE];

  @SuppressWarnings("NullAway.Init") // JMH calls the setup method first
  private Ram ram;

  @SuppressWarnings("NullAway.Init") // JMH calls the setup method first
  private ContentDigest digest;

  private long round;

  /** RAM without a zero page. */
  @Setup
  public void fill() {
    MemorySegment memory = Arena.ofAuto().allocate(MEMORY_BYTES, Ram.PAGE_SIZE);
    for (long i = 0; i < MEMORY_BYTES; i += Long.BYTES) {
      memory.set(ValueLayout.JAVA_LONG, i, i * 0x9e37_79b9_7f4a_7c15L);
    }
    for (int i = 0; i < page.length; i++) {
      page[i] = (byte) (i * 31);
    }
    ram = new Ram(memory);
    digest = new ContentDigest(new RamPages(ram));
  }

  /** The hash of one page by itself. */
  @Benchmark
  public Digest128 pageHash() {
    return Digest128.of(page);
  }

  /** Pages all over RAM are written, and its digest is brought up to date: for each page. */
  @Benchmark
  @OperationsPerInvocation(PAGES)
  public Digest128 dirtyPage() {
    round++;
    for (long i = 0; i < PAGES; i++) {
      long at = i * STRIDE * Ram.PAGE_SIZE % MEMORY_BYTES;
      ram.putLong(Ram.BASE + at, round);
    }
    return digest.root();
  }
}
