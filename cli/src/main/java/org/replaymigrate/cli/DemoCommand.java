package org.replaymigrate.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.recorder.control.ControlClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The main job in one go. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Boots a guest with recording, works it, migrates it live to a second process on this"
          + " machine, goes on there, and compares the states at the hand-over.",
      "A counter in the guest shows that nothing is lost or repeated."
    })
final class DemoCommand extends Subcommand {
  @Option(
      names = "--guest",
      paramLabel = "builtin|debian",
      description =
          "Which guest (default: ${DEFAULT-VALUE}); debian is fetched when it is not here.")
  private String guest = "builtin";

  @Mixin private TranslateOption translate = new TranslateOption();

  private static final String NAME = "demo";
  private static final long BOOT_MILLIS = 300_000;
  private static final long STEP_MILLIS = 60_000;
  private static final int NUMBERS_BEFORE = 30;
  private static final int NUMBERS_AFTER = 40;

  @Override
  int execute() throws IOException, InterruptedException {
    Path state = Files.createTempDirectory("replay-migrate-demo");
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> tidyUp(state)));
    try {
      return demonstrate(state);
    } finally {
      DemoProcess.removeTree(state);
    }
  }

  /** A demo that a signal ends must not leave guests behind that nobody knows of. */
  private static void tidyUp(Path state) {
    List<ProcessHandle> children = ProcessHandle.current().children().toList();
    children.forEach(ProcessHandle::destroyForcibly);
    children.forEach(child -> child.onExit().join());
    try {
      if (Files.exists(state)) {
        DemoProcess.removeTree(state);
      }
    } catch (IOException e) {
      // It lies where temporary files are removed some day.
    }
  }

  private int demonstrate(Path state) throws IOException, InterruptedException {
    DemoGuest choice = DemoGuest.of(guest, home());
    Home here = new Home(state.resolve("source"));
    Home there = new Home(state.resolve("destination"));
    long start = System.nanoTime();
    say("1. booting \"" + guest + "\" in a process of its own, recording");
    try (DemoProcess receiver =
            DemoProcess.start(
                "receive",
                "--listen",
                "127.0.0.1:0",
                "--once",
                translate.argument(),
                "--home",
                there.path());
        DemoProcess source = startSource(choice, here)) {
      source.await(choice.ready(), BOOT_MILLIS);
      double bootSeconds = (System.nanoTime() - start) / 1e9;
      String listening = receiver.await("listening on ", STEP_MILLIS);
      HostPort destination =
          new HostPort.Converter()
              .convert(listening.substring(listening.indexOf("127.0.0.1")).strip());
      say(String.format("   at its shell after %.1f s", bootSeconds));
      say("2. working it: a counter in the guest");
      source.type(choice.counter());
      DemoCounter counter = new DemoCounter();
      counter.follow(source.lines(), NUMBERS_BEFORE, STEP_MILLIS);
      say("3. migrating it to a second process at " + destination);
      Map<String, Object> moved = migrate(here, destination);
      say("   " + MigrateCommand.describe(NAME, destination.toString(), moved));
      say("4. going on there");
      counter.drain(source.lines());
      try (ControlClient console =
          ControlClient.connect(there.vkernel(NAME).requireRunning().socket())) {
        console.console();
        counter.follow(source.lines(), console, NUMBERS_AFTER, STEP_MILLIS);
      }
      stop(there);
      return report(here, there, moved, counter, bootSeconds);
    }
  }

  private DemoProcess startSource(DemoGuest choice, Home here) throws IOException {
    List<Object> arguments = new ArrayList<>(choice.runArguments(NAME, here));
    arguments.add(translate.argument());
    return DemoProcess.start(arguments.toArray());
  }

  private static Map<String, Object> migrate(Home here, HostPort to) throws IOException {
    try (ControlClient client =
        ControlClient.connect(here.vkernel(NAME).requireRunning().socket())) {
      return client.request(
          "migrate", Map.of("host", to.host(), "port", to.port()), progress -> {});
    }
  }

  private static void stop(Home there) throws IOException {
    try (ControlClient client =
        ControlClient.connect(there.vkernel(NAME).requireRunning().socket())) {
      client.request("stop", Map.of("force", true));
    }
  }

  private int report(
      Home here, Home there, Map<String, Object> moved, DemoCounter counter, double bootSeconds)
      throws IOException {
    Map<String, Object> figures = new LinkedHashMap<>(moved);
    figures.put("guest", guest);
    figures.put("bootSeconds", bootSeconds);
    figures.put("counterBefore", counter.atHandOver());
    figures.put("counterAfter", counter.last());
    figures.put("counterGapless", counter.problem() == null);
    @Nullable Ownership source = new OwnerFile(here.vkernel(NAME).owner()).read();
    @Nullable Ownership destination = new OwnerFile(there.vkernel(NAME).owner()).read();
    boolean oneOwner =
        source != null && !source.isOwner() && destination != null && destination.isOwner();
    figures.put("oneOwner", oneOwner);
    boolean right =
        counter.problem() == null && oneOwner && Boolean.TRUE.equals(moved.get("digestMatch"));
    if (!right) {
      say("the demo found a fault: " + counter.problem() + ", one owner: " + oneOwner);
    }
    long transferred = MigrateCommand.number(moved, "transferredBytes");
    long memory = MigrateCommand.number(moved, "memoryBytes");
    print(
        figures,
        String.join(
            System.lineSeparator(),
            List.of(
                "counted 1 to "
                    + counter.last()
                    + " without a gap or a repeat; "
                    + counter.atHandOver()
                    + " before the move",
                Sizes.bytes(transferred)
                    + " moved; a full copy of its memory is "
                    + Sizes.bytes(memory),
                "states at the hand-over: "
                    + (Boolean.TRUE.equals(moved.get("digestMatch")) ? "equal" : "different")
                    + ", stopped for "
                    + moved.get("downtimeMillis")
                    + " ms")));
    return right ? DONE : FAILED;
  }
}
