package org.replaymigrate.bench.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.bench.host.ConsoleProcess;
import org.replaymigrate.bench.host.DebianFiles;
import org.replaymigrate.bench.host.Qemu;

/**
 * One boot in QEMU: from its start to the shell's prompt.
 *
 * @param seconds to the prompt
 * @param memory at the prompt
 * @param logBytes of its recording, 0 without one
 */
record QemuBoot(double seconds, ProcessMemory memory, long logBytes) {
  private static final Duration LIMIT = Duration.ofMinutes(15);

  static QemuBoot measure(DebianFiles guest, Qemu.Mode mode)
      throws IOException, InterruptedException {
    return measure(Qemu.linux(guest, mode), guest, null);
  }

  static QemuBoot record(DebianFiles guest) throws IOException, InterruptedException {
    Path file = Files.createTempFile("bench", ".rr");
    try {
      return measure(Qemu.recording(guest, file), guest, file);
    } finally {
      Files.delete(file);
    }
  }

  private static QemuBoot measure(List<String> command, DebianFiles guest, @Nullable Path recording)
      throws IOException, InterruptedException {
    ConsoleProcess console = ConsoleProcess.start(command);
    try (console) {
      double seconds = (console.await(DebianFiles.PROMPT, LIMIT).nanos() - console.started()) / 1e9;
      ProcessMemory memory = ProcessMemory.of(console.pid(), guest.memoryBytes());
      console.stop(); // what it still holds back of its recording is written when it ends
      return new QemuBoot(seconds, memory, recording == null ? 0 : Files.size(recording));
    }
  }
}
