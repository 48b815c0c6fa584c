package org.replaymigrate.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.home.VkernelFolder;

/** Finds the recording that a user means. */
final class Recording {
  private Recording() {}

  /**
   * The folder that {@code text} names: a directory with a vkernel in it, or a vkernel of this
   * home.
   *
   * @throws IOException in one line if it is neither
   */
  static VkernelFolder find(Home home, String text) throws IOException {
    VkernelFolder named = VkernelFolder.isName(text) ? home.vkernel(text) : null;
    if (named != null && named.exists()) {
      return named;
    }
    VkernelFolder folder = new VkernelFolder(Path.of(text));
    if (folder.exists()) {
      return folder;
    }
    if (Files.exists(folder.path()) || named == null) {
      throw new CliException(
          Subcommand.FAILED, text + ": no recording there: want a vkernel's folder or name");
    }
    throw notFound(text, home);
  }

  private static IOException notFound(String name, Home home) {
    return new CliException(
        Subcommand.FAILED, "no vkernel \"" + name + "\" in " + home.vkernels() + ", see `ps`");
  }
}
