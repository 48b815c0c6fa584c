package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No room on the disk: the guest stands still and says so, and goes on when there is room. */
class FullDiskTest {
  @RegisterExtension private final Commands commands = new Commands();

  private Path small;

  @BeforeEach
  void mount() throws Exception {
    small = Files.createDirectory(commands.folder().resolve("small"));
    assumeTrue(
        succeeds("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", small.toString()),
        "mounting a small file system is not permitted here");
  }

  @AfterEach
  void unmount() throws Exception {
    succeeds("umount", "-l", small.toString());
  }

  private static boolean succeeds(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }

  /** Takes all the room there is. */
  private Path fill() throws IOException {
    Path filler = small.resolve("filler");
    try (OutputStream out = Files.newOutputStream(filler)) {
      byte[] page = new byte[4096];
      while (true) {
        out.write(page);
      }
    } catch (IOException full) {
      assertEquals(0, Files.getFileStore(small).getUsableSpace(), full::getMessage);
      return filler;
    }
  }

  private long instructions() throws Exception {
    return ((Number) commands.json("info", "box", "--home", small).get("instructions")).longValue();
  }

  @Test
  void aLogThatCannotGrowStopsTheGuestUntilItCan() throws Exception {
    Invocation run = commands.boot("box", "--home", small, "--pace", "max");
    Path filler = fill();
    String error = commands.run("checkpoint", "box", "--home", small).error(1);
    assertTrue(error.contains("No space left on device"), error);
    run.type("count 0 1\n");
    String why = run.awaitErr("\"box\" is paused: the log cannot be written: ");
    assertTrue(why.contains("No space left on device"), why);
    long stopped = instructions();
    assertEquals(stopped, instructions());
    Files.delete(filler);
    run.awaitErr("\"box\" goes on");
    assertTrue(instructions() > stopped);
    run.signal("TERM");
    Outcome ended = run.end().withExitCode(0);
    assertEquals(1, ended.err().split("is paused", -1).length - 1, ended::err);
    Map<String, Object> replayed = commands.json("replay", "box", "--home", small, "--verify");
    assertEquals(0, replayed.get("divergences"), replayed::toString);
  }

  @Test
  void aDiskThatCannotGrowStopsTheGuestUntilItCan() throws Exception {
    Path disk = Files.write(commands.folder().resolve("disk"), new byte[8 << 20]);
    Invocation run = commands.boot("box", "--home", small, "--disk", disk);
    Path filler = fill();
    run.type("disk write 0 8192 7; disk verify 0 8192 7\n");
    String why = run.awaitErr("\"box\" is paused: ");
    assertTrue(why.contains("No space left on device"), why);
    Files.delete(filler);
    run.awaitErr("\"box\" goes on");
    run.awaitOut("verif");
    run.type("echo on\n").awaitOut("\non");
    run.type("poweroff\n").end().withExitCode(0);
    assertEquals(0, commands.json("replay", "box", "--home", small, "--verify").get("divergences"));
  }

  @Test
  void withoutRoomForALogNoRunBegins() throws Exception {
    Files.write(small.resolve("filler"), new byte[13 << 20]);
    String error = commands.run("run", "box", "--home", small).error(1);
    assertTrue(error.contains("no room on the disk for a log"), error);
    assertTrue(commands.run("ps", "--home", small, "--json").json().toString().contains("[]"));
  }
}
