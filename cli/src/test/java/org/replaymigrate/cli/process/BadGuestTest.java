package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.replaymigrate.guest.BuiltinGuest;
import org.replaymigrate.vkernel.memory.Ram;

/** Files from which no guest can be made, or no longer. */
class BadGuestTest {
  @RegisterExtension private final Commands commands = new Commands();

  private Path file(String name, byte[] content) throws Exception {
    return Files.write(commands.folder().resolve(name), content);
  }

  /** What `run` says of it; nothing may be left. */
  private String refused(int exitCode, Object... options) throws Exception {
    Object[] all = new Object[options.length + 2];
    all[0] = "run";
    all[1] = "box";
    System.arraycopy(options, 0, all, 2, options.length);
    String error = commands.here(all).error(exitCode);
    assertFalse(Files.exists(commands.vkernel("box").resolve("identity")));
    assertFalse(Files.exists(commands.vkernel("box").resolve("checkpoints")));
    return error;
  }

  @Test
  void whatIsNoKernelIsNamed() throws Exception {
    Path text =
        file(
            "text",
            "This is not a kernel, whatever its name says.\n".getBytes(StandardCharsets.US_ASCII));
    String error = refused(1, "--kernel", text);
    assertTrue(error.startsWith(text + ": kernel: "), error);
    Path missing = commands.folder().resolve("missing");
    assertEquals(missing + ": no such file", refused(1, "--kernel", missing));
    assertEquals(
        commands.folder() + ": a directory, want a file",
        refused(1, "--kernel", commands.folder()));
    assertEquals(List.of(), commands.json("ps").get("vkernels"));
  }

  @Test
  void aTruncatedImageIsNamed() throws Exception {
    byte[] image = BuiltinGuest.image();
    Path header = file("header", Arrays.copyOf(image, 60));
    String error = refused(1, "--kernel", header);
    assertTrue(error.startsWith(header + ": kernel: ") && error.contains("truncated"), error);
    Path half = file("half", Arrays.copyOf(elf(), 2048));
    error = refused(1, "--kernel", half);
    assertTrue(error.startsWith(half + ": kernel: ELF file is truncated"), error);
  }

  /** The headers of an executable with one segment of 4096 bytes. */
  private static byte[] elf() {
    ByteBuffer b = ByteBuffer.allocate(64 + 56 + 4096).order(ByteOrder.LITTLE_ENDIAN);
    b.putInt(0x464c_457f).put((byte) 2).put((byte) 1).put((byte) 1).position(16);
    b.putShort((short) 2).putShort((short) 243).putInt(1).putLong(Ram.BASE).putLong(64);
    b.position(52).putShort((short) 64).putShort((short) 56).putShort((short) 1);
    b.position(64).putInt(1).putInt(7).putLong(120).putLong(Ram.BASE).putLong(Ram.BASE);
    b.putLong(4096).putLong(4096).putLong(4096);
    return b.array();
  }

  @Test
  void tooLittleMemoryIsSaidInNumbers() throws Exception {
    Path initrd = file("initrd", new byte[20 << 20]);
    assertEquals(
        "memory: this guest needs at least 26 MiB, the machine has 16 MiB",
        refused(1, "--memory", "16M", "--initrd", initrd));
    assertEquals(
        "memory of 2097152 bytes: want a multiple of 2 MiB, at least 16 MiB",
        refused(2, "--memory", "2M"));
    refused(2, "--memory", "much");
  }

  @Test
  void aDiskThatIsNotThereOrNoDiskIsNamed() throws Exception {
    Path missing = commands.folder().resolve("missing");
    assertEquals(missing + ": no disk image there", refused(1, "--disk", missing));
    Path small = file("small", new byte[100]);
    assertEquals(small + ": smaller than a sector", refused(1, "--disk", small));
  }

  @Test
  void aDiskThatIsGoneOrShrunkOrChangedKeepsAVkernelFromGoingOn() throws Exception {
    Path disk = file("disk", new byte[1 << 20]);
    Invocation run = commands.boot("box", "--disk", disk);
    commands.json("suspend", "box");
    run.end().withExitCode(0);

    Path aside = disk.resolveSibling("aside");
    Files.move(disk, aside);
    String gone = disk + ": the disk image is missing; put it back";
    assertEquals(gone, commands.here("resume", "box").error(1));
    assertEquals(gone, commands.run("replay", "box").error(1));
    Files.write(disk, new byte[1 << 19]);
    assertEquals(
        disk + ": the disk image has shrunk from 1048576 to 524288 bytes",
        commands.here("resume", "box").error(1));
    Files.write(disk, Arrays.copyOf(new byte[] {1}, 1 << 20));
    String changed = commands.here("resume", "box").error(1);
    assertEquals(disk + ": the disk image has changed since the recording began", changed);

    Files.move(aside, disk, StandardCopyOption.REPLACE_EXISTING);
    Invocation resumed = commands.start("resume", "box");
    resumed.type("disk\n").awaitOut("2048 sectors");
    resumed.type("poweroff\n").end().withExitCode(0);
  }
}
