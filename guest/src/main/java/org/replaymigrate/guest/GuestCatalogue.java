package org.replaymigrate.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The guests in a folder, each in a folder of its own. */
public final class GuestCatalogue {

  private GuestCatalogue() {}

  /**
   * The guests that are there, by name. A digest is checked only on {@link Guest#verify}.
   *
   * @param guestsDir need not exist
   * @throws GuestException when a guest's manifest cannot be read, naming it
   */
  public static List<Guest> list(Path guestsDir) throws IOException {
    if (!Files.isDirectory(guestsDir)) {
      return List.of();
    }
    List<Guest> guests = new ArrayList<>();
    try (Stream<Path> folders = Files.list(guestsDir)) {
      for (Path folder : folders.sorted().toList()) {
        // What begins with a dot is still being made, or is being removed.
        if (!folder.getFileName().toString().startsWith(".")
            && Files.isRegularFile(folder.resolve(GuestManifest.FILE))) {
          guests.add(new Guest(folder, GuestManifest.read(folder)));
        }
      }
    }
    return List.copyOf(guests);
  }

  /**
   * A guest by name, or nothing when it is not there.
   *
   * @throws GuestException when it is there and its manifest cannot be read
   */
  public static Optional<Guest> find(Path guestsDir, String name) throws IOException {
    Path folder = guestsDir.resolve(name);
    return Files.isRegularFile(folder.resolve(GuestManifest.FILE))
        ? Optional.of(new Guest(folder, GuestManifest.read(folder)))
        : Optional.empty();
  }
}
