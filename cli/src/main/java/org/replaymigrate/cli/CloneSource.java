package org.replaymigrate.cli;

import java.io.IOException;
import java.util.List;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.home.Pace;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.recorder.session.CloneVkernel;

/** What {@code run --from} takes: a vkernel, and which checkpoint of it. */
final class CloneSource {
  private CloneSource() {}

  /**
   * The clone that is asked for.
   *
   * @param text NAME for the newest checkpoint, or NAME@NUMBER
   * @throws IOException in one line, if there is none
   */
  static CloneVkernel find(Home home, String text, Pace pace) throws IOException {
    int at = text.lastIndexOf('@');
    VkernelFolder origin = Recording.find(home, at < 0 ? text : text.substring(0, at));
    List<Long> numbers = origin.checkpoints().numbers();
    if (numbers.isEmpty()) {
      throw new CliException(
          Subcommand.FAILED, origin.checkpoints().path() + ": no checkpoint there");
    }
    long number = at < 0 ? numbers.getLast() : number(text.substring(at + 1));
    if (!numbers.contains(number)) {
      throw new CliException(
          Subcommand.FAILED,
          origin.name() + ": no checkpoint " + number + ", there are " + numbers);
    }
    return new CloneVkernel(origin, number, pace);
  }

  private static long number(String text) throws IOException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new CliException(
          Subcommand.USAGE, "--from: \"" + text + "\" is no checkpoint's number");
    }
  }
}
