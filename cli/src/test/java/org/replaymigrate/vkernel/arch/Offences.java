package org.replaymigrate.vkernel.arch;

import java.io.FileInputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Each nested class lets the host into the vkernel in one way, so that a test can see every ban
 * bite. It stands in a package of the vkernel because the bans look nowhere else.
 */
public final class Offences {

  private Offences() {}

  static final class ReadsTheNanoClock {
    long offend() {
      return System.nanoTime();
    }
  }

  static final class ReadsTheClockThroughAReference {
    LongSupplier offend() {
      return System::currentTimeMillis;
    }
  }

  static final class AsksForThisInstant {
    Instant offend() {
      return Instant.now();
    }
  }

  static final class HoldsAClock {
    java.time.@org.jspecify.annotations.Nullable Clock offence;
  }

  static final class HoldsARandom {
    final java.util.Random offence = new java.util.Random(1);
  }

  static final class DrawsFromSecureRandom {
    int offend() {
      return new java.security.SecureRandom().nextInt();
    }
  }

  static final class DrawsFromThreadLocalRandom {
    int offend() {
      return ThreadLocalRandom.current().nextInt();
    }
  }

  static final class DrawsFromMath {
    double offend() {
      return Math.random();
    }
  }

  static final class DrawsAnId {
    UUID offend() {
      return UUID.randomUUID();
    }
  }

  static final class StartsAThread {
    void offend() {
      Thread.ofVirtual().start(() -> {});
    }
  }

  static final class ExtendsThread extends Thread {}

  static final class UsesAnExecutor {
    void offend() {
      try (var pool = Executors.newSingleThreadExecutor()) {
        pool.execute(() -> {});
      }
    }
  }

  static final class UsesAConcurrentMap {
    final Map<String, String> offence = new ConcurrentHashMap<>();
  }

  static final class StreamsInParallel {
    int offend() {
      return IntStream.range(0, 9).parallel().sum();
    }
  }

  static final class StreamsAListInParallel {
    long offend(List<String> list) {
      return list.parallelStream().count();
    }
  }

  static final class SortsInParallel {
    void offend(int[] array) {
      Arrays.parallelSort(array);
    }
  }

  static final class OpensASocket {
    void offend() throws IOException {
      new Socket("localhost", 1).close();
    }
  }

  static final class ReadsAPath {
    byte[] offend(Path path) throws IOException {
      return Files.readAllBytes(path);
    }
  }

  static final class ReadsAFile {
    int offend() throws IOException {
      try (var in = new FileInputStream("/dev/null")) {
        return in.read();
      }
    }
  }

  static final class StartsAProcess {
    Process offend() throws IOException {
      return new ProcessBuilder("true").start();
    }
  }

  static final class CountsProcessors {
    int offend() {
      return Runtime.getRuntime().availableProcessors();
    }
  }

  static final class CallsNativeCode {
    Object offend() {
      return java.lang.foreign.Linker.nativeLinker();
    }
  }

  static final class ReadsTheEnvironment {
    String offend() {
      return System.getenv("HOME");
    }
  }

  static final class Prints {
    void offend() {
      System.out.println("here");
    }
  }

  static final class HoldsAHashMap {
    final Map<String, String> offence = new HashMap<>();
  }

  static final class MakesHashSetsThroughAReference {
    Supplier<Set<String>> offend() {
      return HashSet::new;
    }
  }

  static final class MakesASaltedSet {
    Set<String> offend() {
      return Set.of("a", "b");
    }
  }

  static final class CollectsToAMap {
    Map<String, String> offend(List<String> list) {
      return list.stream().collect(Collectors.toMap(Function.identity(), Function.identity()));
    }
  }

  static final class TakesAnIdentityHash {
    int offend(Object object) {
      return System.identityHashCode(object);
    }
  }

  static final class HashesAnUnknownObject {
    int offend(Object object) {
      return object.hashCode();
    }
  }

  static final class HashesAnEnum {
    int offend(Thing thing) {
      return thing.hashCode();
    }

    enum Thing {
      ONE
    }
  }

  static final class HashesAnObjectWithoutItsOwnHash {
    int offend(Prints object) {
      return object.hashCode();
    }
  }

  static final class HoldsAWeakReference {
    final WeakReference<Object> offence = new WeakReference<>(new Object());
  }

  static final class RoundsAsTheHostLikes {
    double offend(double x) {
      return Math.sin(x);
    }
  }
}
