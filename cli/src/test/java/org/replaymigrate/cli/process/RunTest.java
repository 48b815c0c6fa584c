package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.replaymigrate.vkernel.asm.Reg.T0;
import static org.replaymigrate.vkernel.asm.Reg.T1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.board.MemoryMap;
import org.replaymigrate.vkernel.memory.Ram;

/** {@code run}: what a guest is given to read, what it prints, and how it ends. */
class RunTest {
  @RegisterExtension private final Commands commands = new Commands();

  @Test
  void whatIsTypedComesToTheGuestAndItsOutputToStandardOutput() throws Exception {
    Invocation run = commands.boot("box");
    run.type("echo one; echo two\n").awaitOut("\ntwo");
    Outcome ended = run.type("poweroff\n").end().withExitCode(0);
    assertTrue(ended.out().contains("\none\r\ntwo\r\n"), ended::toString);
    assertEquals("", ended.err());
  }

  @Test
  void theEndOfStandardInputEndsTheTypingAndNotTheGuest() throws Exception {
    Invocation run = commands.boot("box");
    run.type("count 0 5\n").endTyping();
    run.awaitOut("\n30\r");
    assertEquals("powered off", commands.json("stop", "box").get("ended"));
    run.end().withExitCode(0);
  }

  @Test
  void aRunUntilTheGuestsExitPrintsItsFigures() throws Exception {
    Map<String, Object> figures =
        commands.json(
            "run", "box", "--until-exit", "--pace", "max", "--append", "run=work 1;poweroff");
    Set<String> fields =
        Set.of("instructions", "seconds", "events", "logBytes", "exitCode", "finalDigest");
    assertTrue(figures.keySet().containsAll(fields), figures::toString);
    assertEquals(0, figures.get("exitCode"));
    assertEquals("powered off", figures.get("ended"));
    assertTrue((int) figures.get("instructions") > 100_000, figures::toString);
    // The same without a machine, from what is on the disk.
    Map<String, Object> stored = commands.json("info", "box");
    for (String same : Set.of("instructions", "events", "logBytes")) {
      assertEquals(figures.get(same), stored.get(same), same);
    }
    assertEquals("powered off", stored.get("state"));
  }

  @Test
  void underJsonTheConsoleIsOnStandardError() throws Exception {
    Outcome ended =
        commands.run("run", "box", "--json", "--append", "run=echo hello;poweroff").withExitCode(0);
    ended.json();
    assertTrue(ended.err().contains("\nhello\r\n"), ended::toString);
  }

  @Test
  void aPanicIsAFailure() throws Exception {
    Outcome ended =
        commands
            .run("run", "box", "--until-exit", "--json", "--append", "run=panic")
            .withExitCode(1);
    int code = (int) ended.json().get("exitCode");
    assertTrue(code != 0, ended::toString);
    assertEquals(List.of("box: its guest reports a failure, code " + code), ended.errors());
  }

  @ParameterizedTest
  @CsvSource({"0x5555, 0, 0", "0x00073333, 7, 1", "0x7777, 0, 0"})
  void theGuestsOwnExitCodeIsReported(String word, int guests, int ours) throws Exception {
    Path program = commands.folder().resolve("program");
    Files.write(program, writingToSyscon(Integer.decode(word)));
    Outcome ended =
        commands.run("run", "box", "--bios", program, "--until-exit", "--json").withExitCode(ours);
    assertEquals(guests, ended.json().get("exitCode"), ended::toString);
  }

  private static byte[] writingToSyscon(int word) {
    Assembler a = new Assembler(Ram.BASE);
    a.li(T0, MemoryMap.SYSCON).li(T1, word).sw(T1, 0, T0);
    return a.label("on").j("on").assemble();
  }

  @Test
  void aRunThatIsStoppedBeforeTheGuestsExitIsAFailureOnlyIfThatWasWanted() throws Exception {
    Invocation wanted = commands.boot("one", "--until-exit");
    commands.json("stop", "one", "--force");
    Outcome ended = wanted.end().withExitCode(1);
    assertTrue(ended.out().contains("\nended                 stopped\n"), ended::toString);
    assertEquals(List.of("one: stopped before its guest had ended"), ended.errors());

    Invocation unwanted = commands.boot("two");
    commands.json("stop", "two", "--force");
    ended = unwanted.end().withExitCode(0);
    assertEquals("\"two\": stopped\n", ended.err());
  }

  /** A guest at work: most of it is translated, a few blocks do it, and it costs the time. */
  @Test
  void infoHotTellsWhereAGuestSpendsItsInstructions() throws IOException, InterruptedException {
    Invocation run = commands.boot("box", "--pace", "max");
    run.type("work 100000\n");
    Map<String, Object> hot = commands.json("info", "box", "--hot");
    double share = 0;
    for (int i = 0; i < 30 && share < 0.5; i++) {
      hot = commands.json("info", "box", "--hot");
      share = number(hot, "translated") / number(hot, "executedHere");
    }
    assertTrue(share >= 0.5, hot::toString);
    Map<?, ?> first = (Map<?, ?>) ((List<?>) hot.get("regions")).getFirst();
    assertEquals("translated", first.get("ran"));
    assertTrue(Long.decode((String) first.get("address")) >= Ram.BASE, hot::toString);
    assertTrue(number(hot, "deviceAccesses") <= number(hot, "tlbMisses"), hot::toString);
    Map<?, ?> time = (Map<?, ?>) hot.get("timeShares");
    double sum = time.values().stream().mapToDouble(v -> ((Number) v).doubleValue()).sum();
    assertEquals(1, sum, 1e-9);
    assertTrue(((Number) time.get("idle")).doubleValue() < 0.5, hot::toString);
    commands.json("stop", "box", "--force");
    run.end();
    assertTrue(commands.here("info", "box", "--hot").error(1).contains("not running"));
  }

  private static double number(Map<String, Object> figures, String name) {
    return ((Number) figures.get(name)).doubleValue();
  }

  @Test
  void hartsMemoryAndDisksAreWhatWasAskedFor() throws IOException, InterruptedException {
    Path disk = commands.folder().resolve("disk");
    Files.write(disk, new byte[1 << 20]);
    Invocation run = commands.boot("box", "--harts", "2", "--memory", "32M", "--disk", disk + "");
    run.type("disk write 0 64 5; disk verify 0 64 5; disk flush; disk\n");
    run.awaitOut("2048 sectors");
    assertEquals(
        -1, Files.mismatch(disk, Files.write(disk.resolveSibling("d2"), new byte[1 << 20])));
    Map<String, Object> info = commands.json("info", "box");
    assertEquals(32 << 20, info.get("memoryBytes"));
    assertEquals(2, info.get("harts"));
    run.type("poweroff\n").end().withExitCode(0);
    assertEquals(0, commands.json("replay", "box", "--verify").get("divergences"));
  }
}
