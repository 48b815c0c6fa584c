package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that make no sense, or not now: one line each, and an exit code that says which. */
@Timeout(120) // for the day on which one of them begins to run
class WrongUsageTest {
  @RegisterExtension private final Commands commands = new Commands();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "runs",
        "run",
        "run box --harts 9",
        "run box --harts none",
        "run box --guest builtin --kernel vmlinux",
        "run box --net tap0",
        "run box --pace slow",
        "run ../box",
        "migrate box nowhere",
        "receive --listen 127.0.0.1:99999",
        "receive --listen 127.0.0.1:0 --tls-cert host.pem",
        "receive --listen 127.0.0.1:0 --tls-cert a --tls-key b --tls-ca c --insecure",
        "tls",
        "tls init",
        "tls init --out nowhere --host ../box",
        "tls init --out nowhere --days 0",
        "replay box --until yesterday",
        "stop box --grace long",
        "demo --guest windows"
      })
  void wrongUsageIsExitCode2(String line) throws Exception {
    Outcome outcome =
        commands.here((Object[]) (line.isEmpty() ? new String[0] : line.split(" ", -1)));
    assertTrue(outcome.error(2).length() > 10, outcome::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "info",
        "console",
        "stop",
        "checkpoint",
        "suspend",
        "resume",
        "replay",
        "log",
        "inspect",
        "migrate"
      })
  void whatIsNotThereIsExitCode1(String command) throws Exception {
    Outcome outcome =
        command.equals("migrate")
            ? commands.here("migrate", "ghost", "127.0.0.1:1")
            : commands.here(command, "ghost");
    String error = outcome.error(1);
    assertTrue(error.startsWith("no vkernel \"ghost\" in "), error);
  }

  @Test
  void aGuestThatIsNotHereSaysHowToGetIt() throws Exception {
    assertEquals(
        "no guest \"debian\" here: `guest fetch debian` gets it",
        commands.here("run", "box", "--guest", "debian").error(1));
  }

  @Test
  void aPortThatIsTakenIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      String error = commands.here("receive", "--listen", address).error(1);
      assertTrue(error.startsWith(address + ": cannot listen there ("), error);
    }
    String error = commands.here("receive", "--listen", "no-such-host.invalid:7000").error(1);
    assertTrue(error.startsWith("no-such-host.invalid:7000: "), error);
  }

  @Test
  void exitCodesAreThoseOfTheProcess() throws Exception {
    assertTrue(commands.runInProcess("run", "box", "--pace", "slow").error(2).contains("slow"));
    assertTrue(commands.runInProcess("info", "ghost").error(1).contains("ghost"));
    commands.runInProcess("ps").withExitCode(0);
  }

  @Test
  void helpIsNoErrorAndTellsTheExitCodes() {
    Outcome help = commands.here("--help").withExitCode(0);
    assertTrue(
        help.out().replaceAll("\\s+", " ").contains("3 divergence found, 4 refused for"),
        help::toString);
    assertEquals("", help.err());
  }
}
