package org.replaymigrate.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.guest.BuiltinGuest;
import org.replaymigrate.guest.DebianGuest;
import org.replaymigrate.guest.FetchOptions;
import org.replaymigrate.guest.Guest;
import org.replaymigrate.guest.GuestCatalogue;
import org.replaymigrate.protocol.home.Home;

/**
 * What the demo must know of a guest: how to start it, what it says when it is at its shell, and
 * how to make it count.
 *
 * @param arguments of `run` after the name
 * @param ready what its console says at the shell
 * @param counter what to type so that it prints lines with 1, 2, 3 and so on
 */
record DemoGuest(List<String> arguments, String ready, String counter) {
  static DemoGuest of(String name, Home home) throws IOException, InterruptedException {
    return switch (name) {
      case "builtin" ->
          new DemoGuest(List.of("--guest", name), BuiltinGuest.PROMPT, "count 100000 50\n");
      case "debian" -> debian(home);
      default ->
          throw new CliException(Subcommand.USAGE, "--guest " + name + ": want builtin or debian");
    };
  }

  private static DemoGuest debian(Home home) throws IOException, InterruptedException {
    Path guests = home.guests();
    if (GuestCatalogue.find(guests, "debian").isEmpty()) {
      Subcommand.say("0. fetching Debian's riscv64 kernel and busybox");
    }
    Guest guest =
        DebianGuest.fetch(
            guests,
            FetchOptions.defaults(),
            (step, fraction) -> {
              if (fraction <= 0) {
                Subcommand.say("   " + step);
              }
            });
    return new DemoGuest(
        List.of(
            "--kernel", guest.kernel().toString(),
            "--initrd", guest.initrd().toString(),
            "--append", guest.commandLine(),
            "--memory", (guest.memoryBytes() >> 20) + "M"),
        "debian# ",
        "i=0; while true; do i=$((i+1)); echo $i; sleep 0.05; done\n");
  }

  List<Object> runArguments(String name, Home here) {
    List<Object> all = new ArrayList<>(List.of("run", name, "--home", here.path()));
    all.addAll(arguments);
    return all;
  }
}
