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

  /** Ours with the log going nowhere, which shows what recording costs. */
  static Contender withoutLog(Ours ours) {
    return new OursContender(
        "no log", ours, List.of("env", "REPLAY_MIGRATE_JAVA_OPTS=-Dreplay-migrate.log=nowhere"));
  }

  /** The launcher, with a vkernel of a new name each time. */
  final class OursContender implements Contender {
    private final String label;
    private final Ours ours;
    private final List<String> prefix;
    private String name = "";

    OursContender(Ours ours) {
      this(OURS, ours, List.of());
    }

    /**
     * @param prefix of each command
     */
    private OursContender(String label, Ours ours, List<String> prefix) {
      this.label = label;
      this.ours = ours;
      this.prefix = prefix;
    }

    @Override
    public String label() {
      return label;
    }

    @Override
    public List<String> bare(Path elf, String commandLine, long memoryBytes) {
      name = ours.newName();
      return prefixed(ours.bare(name, elf, commandLine, memoryBytes));
    }

    @Override
    public List<String> linux(DebianFiles guest) {
      name = ours.newName();
      return prefixed(ours.linux(name, guest));
    }

    private List<String> prefixed(List<String> command) {
      return Stream.concat(prefix.stream(), command.stream()).toList();
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
