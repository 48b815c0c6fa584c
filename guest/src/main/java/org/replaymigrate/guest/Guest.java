package org.replaymigrate.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A guest in a folder, ready to boot.
 *
 * @param folder where its files are
 * @param manifest what they are
 */
public record Guest(Path folder, GuestManifest manifest) {

  /** What to call it: {@code debian}. */
  public String name() {
    return manifest.name();
  }

  /** The kernel, a plain RISC-V {@code Image}. */
  public Path kernel() throws GuestException {
    return require("kernel");
  }

  /** The initial RAM disk. */
  public Path initrd() throws GuestException {
    return require("initrd");
  }

  /** A firmware, {@code fw_dynamic} or {@code fw_jump}: the bytes to load at the start of RAM. */
  public Optional<Path> firmware(String role) {
    return file(role).map(file -> folder.resolve(file.name()));
  }

  /** The kernel command line that it is meant to boot with. */
  public String commandLine() {
    return manifest.commandLine();
  }

  /** The memory that it is meant to have, in bytes. */
  public long memoryBytes() {
    return manifest.memoryBytes();
  }

  private Path require(String role) throws GuestException {
    return file(role)
        .map(file -> folder.resolve(file.name()))
        .orElseThrow(() -> new GuestException(folder + " has no " + role + again()));
  }

  private Optional<GuestFile> file(String role) {
    return manifest.files().stream().filter(file -> file.role().equals(role)).findFirst();
  }

  /**
   * Checks every file against its recorded digest.
   *
   * @throws GuestException naming the first file that is gone or not what it was
   */
  public void verify() throws IOException {
    List<GuestFile> files = manifest.files();
    for (GuestFile file : files) {
      Path path = folder.resolve(file.name());
      if (!Files.isRegularFile(path)) {
        throw new GuestException(path + " is missing" + again());
      }
      if (Files.size(path) != file.size() || !Sha256.of(path).equals(file.sha256())) {
        throw new GuestException(path + " is not what was fetched (SHA-256)" + again());
      }
    }
  }

  private String again() {
    return ": run `guest fetch " + name() + "` again";
  }
}
