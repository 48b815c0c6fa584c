package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.replaymigrate.guest.Guest;

/**
 * Firmware that was built for QEMU's virt board and knows nothing of this machine: OpenSBI as
 * Debian's package has it, entered in M-mode, and behind it Debian's kernel.
 */
@Tag("debian")
class DebianFirmwareTest {
  @RegisterExtension private final Commands commands = new Commands();

  @Test
  void openSbiBootsDebiansKernelOnFourHarts() throws Exception {
    DebianShell shell = boot("fw_dynamic", 4);
    shell.awaitPrompt();
    assertEquals("4", shell.ask("$(grep -c ^processor /proc/cpuinfo)"));
    shell.sh("seq 1000 | sha256sum");
    shell.process().type("poweroff\n");
    Map<String, Object> ended = shell.process().end().withExitCode(0).json();
    assertEquals("powered off", ended.get("ended"));
    assertEquals(0, ended.get("exitCode"));
  }

  /** The same kernel and the same firmware but for how it finds the kernel: no whole boot. */
  @Test
  void openSbiThatJumpsFindsDebiansKernel() throws Exception {
    DebianShell shell = boot("fw_jump", 1);
    shell.await("SBI implementation ID=0x1");
    shell.process().kill();
  }

  private DebianShell boot(String firmware, int harts) throws Exception {
    DebianCommands debian = new DebianCommands(commands);
    Guest guest = debian.guest();
    DebianShell shell =
        debian.live(
            "run",
            "box",
            "--bios",
            guest.firmware(firmware).orElseThrow(),
            "--kernel",
            guest.kernel(),
            "--initrd",
            guest.initrd(),
            "--append",
            guest.commandLine(),
            "--harts",
            harts);
    shell.await("OpenSBI v");
    shell.await("Linux version");
    return shell;
  }
}
