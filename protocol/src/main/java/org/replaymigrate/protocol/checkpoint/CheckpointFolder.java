package org.replaymigrate.protocol.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.replaymigrate.protocol.store.PageStore;

/**
 * The checkpoints of a vkernel: {@code 00000000.ckpt} and so on, by number.
 *
 * @param path of the folder, which need not be there
 * @param store where their pages are
 */
public record CheckpointFolder(Path path, PageStore store) {
  /** Numbers of those that are complete, ascending. */
  public List<Long> numbers() throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(path)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("[0-9]{8}\\.ckpt"))
          .map(name -> Long.valueOf(name.substring(0, 8)))
          .sorted()
          .toList();
    }
  }

  public Path file(long number) {
    return path.resolve(name(number));
  }

  /**
   * Opens a checkpoint.
   *
   * @throws java.nio.file.NoSuchFileException if it is not there
   * @throws org.replaymigrate.protocol.format.FormatException if it is damaged, or something that
   *     it needs is damaged or missing
   */
  public CheckpointReader open(long number) throws IOException {
    return CheckpointReader.open(file(number), store);
  }

  /**
   * What a checkpoint says of itself, whether its pages are there or not.
   *
   * @throws java.nio.file.NoSuchFileException if it is not there
   * @throws org.replaymigrate.protocol.format.FormatException if its file is damaged
   */
  public CheckpointManifest manifest(long number) throws IOException {
    try (CheckpointFile file = CheckpointFile.open(file(number))) {
      return file.manifest();
    }
  }

  /** Opens a checkpoint that has no number yet. */
  public CheckpointReader open(Path file) throws IOException {
    return CheckpointReader.open(file, store);
  }

  /** Under what name a checkpoint is kept, and looked for by those that rest on it. */
  static String name(long number) {
    return String.format(Locale.ROOT, "%08d.ckpt", number);
  }

  /** The number that a new one gets. */
  public long next() throws IOException {
    List<Long> numbers = numbers();
    return numbers.isEmpty() ? 0 : numbers.getLast() + 1;
  }
}
