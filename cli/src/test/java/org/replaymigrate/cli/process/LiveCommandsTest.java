package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What can be asked of a vkernel that runs: by commands, on its console, and by signals. */
class LiveCommandsTest {
  @RegisterExtension private final Commands commands = new Commands();

  @Test
  void psAndInfoTellWhatRuns() throws Exception {
    Invocation run = commands.boot("box");
    Map<String, Object> row = rows().getFirst();
    assertEquals("box", row.get("name"));
    assertEquals("running", row.get("state"));
    assertEquals(run.pid(), ((Number) row.get("pid")).longValue());

    Map<String, Object> info = commands.json("info", "box");
    Set<String> fields =
        Set.of("instructions", "events", "logBytes", "checkpoints", "guestSeconds", "owner");
    assertTrue(info.keySet().containsAll(fields), info::toString);
    assertEquals("running", info.get("state"));

    Outcome table = commands.run("ps").withExitCode(0);
    assertTrue(table.out().matches("(?s)NAME .*\nbox +running +" + run.pid() + " .*"), table::out);
    run.kill();
    assertEquals("crashed", rows().getFirst().get("state"));
  }

  @SuppressWarnings("unchecked") // JSON objects have strings for keys
  private List<Map<String, Object>> rows() throws Exception {
    return (List<Map<String, Object>>) commands.json("ps").get("vkernels");
  }

  @Test
  void anotherTerminalSeesTheConsoleFromBeforeAndTypesAtIt() throws Exception {
    Invocation run = commands.boot("box");
    run.type("echo before\n").awaitOut("\nbefore");
    Invocation console = commands.start("console", "box");
    console.awaitOut("\nbefore");
    console.type("echo beside\n").awaitOut("\nbeside");
    run.awaitOut("\nbeside");
    console.endTyping();
    run.type("echo after\n");
    console.awaitOut("\nafter");
    run.type("poweroff\n").end().withExitCode(0);
    console.end().withExitCode(0);
  }

  @Test
  void aConsoleThatIsKilledLeavesTheGuestAlone() throws Exception {
    Invocation run = commands.boot("box");
    Invocation console = commands.start("console", "box", "--json");
    console.awaitErr("tiny>");
    console.kill();
    run.type("echo on\n").awaitOut("\non");
    console = commands.start("console", "box", "--json");
    console.type("poweroff\n");
    assertEquals(true, console.end().withExitCode(0).json().get("ended"));
    run.end().withExitCode(0);
  }

  @Test
  void checkpointsAreTakenByCommandAndBySignalWhileItRuns() throws Exception {
    Invocation run = commands.boot("box");
    Map<String, Object> taken = commands.json("checkpoint", "box");
    assertEquals(1, taken.get("checkpoint"));
    assertTrue(Files.isRegularFile(Path.of((String) taken.get("file"))), taken::toString);
    run.signal("USR2");
    String line = run.awaitErr("checkpoint 2: ");
    assertTrue(Files.isRegularFile(Path.of(line.substring("checkpoint 2: ".length()))), line);
    assertEquals(3, commands.json("info", "box").get("checkpoints"));
    run.type("echo on\n").awaitOut("\non");
    run.type("poweroff\n").end().withExitCode(0);
    Map<String, Object> replayed = commands.json("replay", "box", "--verify", "--from", "2");
    assertEquals("reached", replayed.get("outcome"));
  }

  @Test
  void aGuestThatDoesNotHearThePowerButtonIsStopped() throws Exception {
    Path program = commands.folder().resolve("program");
    Files.write(program, new byte[] {0x6f, 0, 0, 0}); // j .
    Awaited running = commands.expect("box", "running");
    Invocation run = commands.start("run", "box", "--bios", program);
    running.await();
    assertEquals("stopped", commands.json("stop", "box", "--grace", "50ms").get("ended"));
    run.end().withExitCode(0);
    assertFalse(Files.exists(commands.home().resolve("vkernels/box/running")));
  }

  @Test
  void twoOfOneNameDoNotRun() throws Exception {
    Invocation run = commands.boot("box");
    String taken = commands.here("run", "box").error(4);
    assertTrue(taken.contains("\"box\" is running already, in process " + run.pid()), taken);
    assertEquals(taken, commands.here("resume", "box").error(4));
    run.type("poweroff\n").end().withExitCode(0);
    taken = commands.here("run", "box").error(1);
    assertTrue(taken.startsWith("there is a vkernel \"box\" already"), taken);
    assertEquals("powered off", commands.json("info", "box").get("state"));
  }
}
