package org.replaymigrate.bench.host;

import java.io.IOException;
import java.nio.file.Path;
import org.replaymigrate.bench.BenchException;
import org.replaymigrate.guest.Guest;
import org.replaymigrate.guest.GuestCatalogue;
import org.replaymigrate.protocol.home.Home;

/** The Debian guest's files: the same for both programs. */
public record DebianFiles(
    Path folder, Path kernel, Path initrd, String commandLine, long memoryBytes) {
  /** What its console shows at the shell. */
  public static final String PROMPT = "debian# ";

  /**
   * As it lies in the user's home.
   *
   * @throws BenchException if it has not been fetched
   */
  public static DebianFiles find() throws IOException {
    Home home =
        Home.choose(null, System.getenv(), Path.of(System.getProperty("user.home", "/root")));
    Guest guest =
        GuestCatalogue.find(home.guests(), "debian")
            .orElseThrow(() ->
                new BenchException("no Debian guest here: ./replay-migrate guest fetch debian"));
    return new DebianFiles(
        guest.folder(), guest.kernel(), guest.initrd(), guest.commandLine(), guest.memoryBytes());
  }

  /** The same with another initial RAM disk. */
  public DebianFiles withInitrd(Path other) {
    return new DebianFiles(folder, kernel, other, commandLine, memoryBytes);
  }
}
