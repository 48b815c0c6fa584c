package org.replaymigrate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.guest.BuiltinGuest;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.recorder.control.ControlClient;

/**
 * One guest that counts, on its way between two hosts. Booted once; each migration begins with what
 * the one before has left, whatever went wrong with that.
 */
final class Trip implements AutoCloseable {
  private static final String NAME = "hop";
  private static final int NUMBERS = 2;

  private final Path folder;
  private final Host[] hosts;
  private final Count count = new Count();
  private int at;

  Trip(Path folder) throws IOException, InterruptedException {
    this(folder, "", Map.of());
  }

  /** The same, with variables for all processes. */
  Trip(Path folder, Map<String, String> environment) throws IOException, InterruptedException {
    this(folder, "", environment);
  }

  /**
   * The same.
   *
   * @param before what is typed before the guest begins to count
   */
  Trip(Path folder, String before) throws IOException, InterruptedException {
    this(folder, before, Map.of());
  }

  private Trip(Path folder, String before, Map<String, String> environment)
      throws IOException, InterruptedException {
    this.folder = folder;
    this.hosts =
        new Host[] {new Host(folder.resolve("a"), NAME), new Host(folder.resolve("b"), NAME)};
    for (Host host : hosts) {
      host.environment(environment);
    }
    Child run = source().run("--guest", BuiltinGuest.NAME, "--memory", "16M");
    run.await(BuiltinGuest.PROMPT);
    run.type(before + "count 0 25\n");
    count.follow(source(), NUMBERS);
  }

  /** How long each host waits for a source whose link has broken, from its next start on. */
  Trip waitForSources(String duration) {
    for (Host host : hosts) {
      host.waitForSources(duration);
    }
    return this;
  }

  Host source() {
    return hosts[at];
  }

  Host destination() {
    return hosts[1 - at];
  }

  /** Has the guest run in a process that dies at a point, or at none. */
  void arm(@Nullable CrashPoint crashAt) throws IOException, InterruptedException {
    if (source().runnerCrash() == crashAt) {
      return;
    }
    try (ControlClient control = source().control()) {
      control.request("suspend", Map.of());
    }
    Eventually.holds("the end of the run", () -> !source().isRunning(), this::explain);
    source().resume(crashAt);
    count.follow(source(), 1);
  }

  /** Begins to migrate, to a port of this machine. */
  CompletableFuture<Map<String, Object>> migrate(int port, Map<String, ?> more)
      throws IOException, InterruptedException {
    Map<String, Object> arguments = new HashMap<>(more);
    arguments.put("host", "127.0.0.1");
    arguments.put("port", port);
    ControlClient control = source().control();
    CompletableFuture<Map<String, Object>> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try (control) {
            answer.complete(control.request("migrate", arguments));
          } catch (IOException | RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  /** Whether it has come to an end that is a success. */
  static Map<String, Object> success(CompletableFuture<Map<String, Object>> migration)
      throws InterruptedException {
    try {
      return migration.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("the migration failed", e);
    }
  }

  /** Waits for a migration that comes to something or does not; why not, or null. */
  static @Nullable String outcome(CompletableFuture<Map<String, Object>> migration)
      throws InterruptedException {
    try {
      migration.get(60, TimeUnit.SECONDS);
      return null;
    } catch (ExecutionException e) {
      return String.valueOf(e.getCause().getMessage());
    } catch (TimeoutException e) {
      throw new AssertionError("the migration has not ended", e);
    }
  }

  /** Waits for a migration that has not come to anything; why not. */
  static String failure(CompletableFuture<Map<String, Object>> migration)
      throws InterruptedException {
    String why = outcome(migration);
    if (why == null) {
      throw new AssertionError("it succeeded: " + migration.resultNow());
    }
    return why;
  }

  /**
   * Waits until the two owner files say this.
   *
   * @param atSource a state, or several with "or" between them
   */
  void awaitFiles(String atSource, String atDestination) {
    Eventually.holds(
        atSource + " at the source and " + atDestination + " at the destination",
        () ->
            List.of(atSource.split(" or ")).contains(source().state())
                && List.of(atDestination.split(" or ")).contains(destination().state()),
        this::explain);
  }

  /** Waits until nobody is going to change the files who has not been told something new. */
  void awaitSettled() {
    Eventually.holds(
        "settled files",
        () -> !(destination().isReceiving() && destination().state().equals("RECEIVING")),
        this::explain);
  }

  /**
   * Tells from nothing but the two files whether the destination is the owner.
   *
   * @throws AssertionError if that cannot be told, or both are
   */
  boolean isGiven() throws IOException {
    Ownership here = source().ownership();
    Ownership there = destination().ownership();
    assertNotNull(here, "the source's owner file");
    if (here.state() == Ownership.State.OWNED) {
      assertFalse(there != null && there.isOwner() && there.epoch() > here.epoch(), "two owners");
      return false;
    }
    assertEquals(Ownership.State.GIVEN, here.state());
    assertNotNull(there, "the destination's owner file");
    boolean promised =
        there.state() == Ownership.State.PREPARED
            && Objects.equals(there.transfer(), here.transfer());
    assertTrue(promised || there.isOwner(), () -> "no owner: " + there);
    return true;
  }

  /**
   * {@code ps} on both hosts says who the owner is, {@code resume} on the other is refused, and the
   * guest goes on at the owner.
   *
   * @param next where a process that has to be started dies some day
   */
  void goOn(@Nullable CrashPoint next) throws IOException, InterruptedException {
    if (isGiven()) {
      assertTrue(source().ps().contains("migrated to 127.0.0.1:"), source()::ps);
      assertEquals(Subcommand.REFUSED, source().refusedResume());
      takeOver(next);
      assertEquals(Subcommand.REFUSED, source().refusedResume());
      assertEquals("OWNED", destination().state());
      at = 1 - at;
    } else {
      if (destination().folder().exists()) {
        assertFalse(destination().ps().contains("running"), destination()::ps);
        assertEquals(Subcommand.REFUSED, destination().refusedResume());
      }
      if (!source().isRunning()) {
        assertTrue(source().ps().contains("crashed"), source()::ps);
        source().resume(next);
      }
      assertRuns(source());
    }
    count.follow(source(), NUMBERS);
  }

  private void assertRuns(Host host) {
    Eventually.holds("the vkernel", host::isRunning, this::explain);
    assertTrue(host.ps().contains("running"), host::ps);
  }

  /** The destination is the owner, whether it knows or not, and whether it is alive or not. */
  private void takeOver(@Nullable CrashPoint next) throws IOException, InterruptedException {
    Host there = destination();
    boolean orphaned = there.state().equals("OWNED") && !there.isReceiving();
    if (source().isRunning()) {
      // It tells the destination by itself, as soon as that listens.
      there.listenAgain();
      Eventually.holds("the end of the source", () -> !source().isRunning(), this::explain);
    } else if (there.state().equals("PREPARED")) {
      assertEquals(Subcommand.REFUSED, there.refusedResume());
      assertEquals(Subcommand.DONE, source().tellAgain(there.listenAgain()));
    }
    assertEquals("OWNED", there.state());
    if (orphaned) {
      there.resume(next);
    }
    assertRuns(there);
  }

  /** The guest has counted every number once, on whichever host. */
  void assertNothingLostOrRepeated() throws IOException, InterruptedException {
    for (Host host : hosts) {
      host.killAll();
    }
    List<String> lines =
        new History(List.of(hosts), NAME).console(Files.createDirectory(folder.resolve("replay")));
    long last = 0;
    for (String line : lines) {
      if (line.matches("[0-9]+")) {
        assertEquals(last + 1, Long.parseLong(line));
        last++;
      }
    }
    assertTrue(last >= count.seen(), "what was seen");
  }

  String explain() {
    StringBuilder all = new StringBuilder();
    for (Host host : hosts) {
      all.append("== host ").append(host).append('\n').append(host.output());
    }
    return all.toString();
  }

  @Override
  public void close() {
    for (Host host : hosts) {
      host.close();
    }
  }
}
