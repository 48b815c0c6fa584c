package org.replaymigrate.bench.speed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.replaymigrate.bench.host.DebianFiles;
import org.replaymigrate.bench.host.Ours;
import org.replaymigrate.bench.host.Qemu;

/** Who is compared: a way to make commands that run a guest with its console on standard output. */
interface Contender {
  String OURS = "ours";

  String label();

  List<String> bare(Path elf, String commandLine, long memoryBytes);

  List<String> linux(DebianFiles guest);

  /** After each run. */
  void cleanUp() throws IOException;

  /** Ours first, then each of QEMU's modes. */
  static List<Contender> all(Ours ours) {
    return Stream.concat(
            Stream.of(new OursContender(ours)),
            Arrays.stream(Qemu.Mode.values()).map(QemuContender::new))
        .toList();
  }

  /** The launcher, with a vkernel of a new name each time. */
  final class OursContender implements Contender {
    private final Ours ours;
    private String name = "";

    OursContender(Ours ours) {
      this.ours = ours;
    }

    @Override
    public String label() {
      return OURS;
    }

    @Override
    public List<String> bare(Path elf, String commandLine, long memoryBytes) {
      name = ours.newName();
      return ours.bare(name, elf, commandLine, memoryBytes);
    }

    @Override
    public List<String> linux(DebianFiles guest) {
      name = ours.newName();
      return ours.linux(name, guest);
    }

    @Override
    public void cleanUp() throws IOException {
      ours.forget(name);
    }
  }

  /** QEMU in one of its modes. */
  record QemuContender(Qemu.Mode mode) implements Contender {
    @Override
    public String label() {
      return mode.label();
    }

    @Override
    public List<String> bare(Path elf, String commandLine, long memoryBytes) {
      return Qemu.bare(elf, commandLine, memoryBytes, mode);
    }

    @Override
    public List<String> linux(DebianFiles guest) {
      return Qemu.linux(guest, mode);
    }

    @Override
    public void cleanUp() {}
  }
}
