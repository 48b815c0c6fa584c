package org.replaymigrate.bench;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** A comparison that has a name already, and nothing behind it. */
@Command(description = "Not there yet.")
final class LaterCommand implements Callable<Integer> {

  @Unmatched private List<String> ignored = List.of();

  @Override
  public Integer call() {
    throw new BenchException("this comparison is not there yet; boot, speed and migration are");
  }
}
