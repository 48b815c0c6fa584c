package org.replaymigrate.protocol.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The checkpoints of a vkernel: {@code 00000000.ckpt} and so on, by number. */
public record CheckpointFolder(Path path) {
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
