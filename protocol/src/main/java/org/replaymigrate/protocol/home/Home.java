package org.replaymigrate.protocol.home;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.store.PageStore;

/**
 * The folder that holds all that this program keeps.
 *
 * @param path absolute; need not be there yet
 */
public record Home(Path path) {
  /** The environment variable that names the home. */
  public static final String VARIABLE = "REPLAY_MIGRATE_HOME";

  private static final String STORE = "store";

  /** Makes the path absolute. */
  public Home {
    path = path.toAbsolutePath().normalize();
  }

  /**
   * The home to use: the one given, else {@value #VARIABLE}'s, else the user's own below {@code
   * ~/.local/share}.
   */
  public static Home choose(@Nullable Path given, Map<String, String> environment, Path userHome) {
    if (given != null) {
      return new Home(given);
    }
    String variable = environment.get(VARIABLE);
    return new Home(
        variable == null || variable.isEmpty()
            ? userHome.resolve(".local/share/replay-migrate")
            : Path.of(variable));
  }

  /** Where fetched guests are. */
  public Path guests() {
    return path.resolve("guests");
  }

  /** Where the pages of all checkpoints are. */
  public PageStore store() {
    return PageStore.at(path.resolve(STORE));
  }

  /** Where the folders of the vkernels are. */
  public Path vkernels() {
    return path.resolve("vkernels");
  }

  /**
   * The folder of a vkernel, whether it is there or not.
   *
   * @throws HomeException.BadName if the name cannot be one
   */
  public VkernelFolder vkernel(String name) throws HomeException.BadName {
    if (!VkernelFolder.isName(name)) {
      throw new HomeException.BadName(name);
    }
    return new VkernelFolder(vkernels().resolve(name));
  }

  /** Where recordings are of vkernels that have been here, and came back or may do so. */
  public Path past() {
    return path.resolve("past");
  }

  /**
   * All folders in which there may be checkpoints, those of vkernels among them which are just
   * being made, never were finished, or have been here before.
   */
  public List<VkernelFolder> folders() throws IOException {
    List<VkernelFolder> all = new ArrayList<>(foldersIn(vkernels()));
    all.addAll(pastFolders());
    return all;
  }

  /** The recordings that were set aside. */
  public List<VkernelFolder> pastFolders() throws IOException {
    return foldersIn(past());
  }

  private static List<VkernelFolder> foldersIn(Path parent) throws IOException {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(parent)) {
      return entries.filter(Files::isDirectory).sorted().map(VkernelFolder::new).toList();
    }
  }

  /** The vkernels that are here, by name; unfinished ones are left out. */
  public List<VkernelFolder> list() throws IOException {
    List<VkernelFolder> result = new ArrayList<>();
    if (Files.isDirectory(vkernels())) {
      try (Stream<Path> entries = Files.list(vkernels())) {
        for (Path entry : entries.sorted().toList()) {
          VkernelFolder folder = new VkernelFolder(entry);
          if (VkernelFolder.isName(entry.getFileName().toString()) && folder.exists()) {
            result.add(folder);
          }
        }
      }
    }
    return result;
  }
}
