package org.replaymigrate.cli;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits for conditions outside this process. */
final class Eventually {
  private static final long LIMIT_NANOS = 60_000_000_000L;
  private static final long POLL_NANOS = 20_000_000;

  private Eventually() {}

  /** Something that may not be there yet; an exception counts as not there. */
  @FunctionalInterface
  interface Maybe<T> {
    @Nullable T get() throws Exception;
  }

  /** Waits until it is there. */
  static <T> T present(String what, Maybe<T> maybe, Supplier<String> explanation) {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    Exception last = null;
    while (System.nanoTime() < deadline) {
      try {
        T value = maybe.get();
        if (value != null) {
          return value;
        }
      } catch (Exception e) {
        last = e;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return fail("waited in vain for " + what + "\n" + explanation.get(), last);
  }

  /** Waits until it holds. */
  static void holds(String what, Maybe<Boolean> condition, Supplier<String> explanation) {
    present(what, () -> Boolean.TRUE.equals(condition.get()) ? true : null, explanation);
  }
}
