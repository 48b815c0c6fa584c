package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.replaymigrate.protocol.link.FaultyLink;
import org.replaymigrate.protocol.link.FaultyLink.Fate;

/** Migrations that cannot be: the guest runs on where it was, and can be moved later. */
@Timeout(300)
class BadPeerTest {
  private static final long POLL_NANOS = 20_000_000;

  @RegisterExtension private final Commands commands = new Commands();

  private Path there() {
    return commands.folder().resolve("there");
  }

  private Invocation receive(Object... more) throws Exception {
    List<Object> words =
        new ArrayList<>(List.of("receive", "--listen", "127.0.0.1:0", "--once", "--home", there()));
    words.addAll(List.of(more));
    return commands.start(words.toArray());
  }

  private static int port(Invocation receive) throws Exception {
    String line = receive.awaitErr("listening on 127.0.0.1:");
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }

  private void assertRunsHere(Invocation run) throws Exception {
    run.type("echo here\n").awaitOut("\nhere");
    assertEquals("owned here", commands.json("info", "box").get("owner"));
  }

  @Test
  void aReceiverThatHearsRubbishOrNothingWaitsOn() throws Exception {
    Invocation receive = receive();
    int port = port(receive);
    try (Socket rubbish = new Socket(InetAddress.getLoopbackAddress(), port)) {
      rubbish.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      receive.awaitErr("not this protocol");
    }
    new Socket(InetAddress.getLoopbackAddress(), port).close();
    receive.awaitErr("connection closed");

    Invocation run = commands.boot("box");
    Map<String, Object> moved = commands.json("migrate", "box", "127.0.0.1:" + port);
    assertEquals(true, moved.get("digestMatch"));
    run.end().withExitCode(0);
    String error = commands.here("resume", "box").error(4);
    assertTrue(error.startsWith("box: "), error);
    Map<String, Object> stopped = commands.json("stop", "box", "--home", there());
    assertEquals("powered off", stopped.get("ended"));
    assertFalse(receive.end().withExitCode(0).err().contains("Exception"));
    assertEquals(
        0, commands.json("replay", "box", "--verify", "--home", there()).get("divergences"));
  }

  @Test
  void aLinkThatIsCutInMidTransferAndStaysSoLeavesTheGuestHere() throws Exception {
    Invocation run = commands.boot("box");
    Invocation receive = receive("--resume-within", "500ms");
    int port = port(receive);
    FaultyLink.Plan cut =
        piece -> piece.total() > 15_000 || piece.connection() > 0 ? Fate.CUT_BEFORE : Fate.PASS;
    try (FaultyLink link = FaultyLink.ofBytes(port, cut)) {
      String error = commands.run("migrate", "box", "127.0.0.1:" + link.port()).error(1);
      assertTrue(error.contains("the link broke and has not come back"), error);
    }
    receive.awaitErr("waiting 0.5 s for the source");
    while (Files.exists(there().resolve("vkernels/box/identity"))) {
      LockSupport.parkNanos(POLL_NANOS);
    }
    assertRunsHere(run);
    assertFalse(Files.exists(there().resolve("vkernels/box/identity")));
    commands.json("migrate", "box", "127.0.0.1:" + port);
    run.end().withExitCode(0);
  }

  @Test
  void aLinkThatIsCutEveryFewMessagesMovesItAllTheSame() throws Exception {
    Invocation run = commands.boot("box");
    Invocation receive = receive();
    FaultyLink.Plan cut =
        piece -> piece.forth() && piece.index() == 4 ? Fate.CUT_BEHIND : Fate.PASS;
    try (FaultyLink link = FaultyLink.ofFrames(port(receive), cut)) {
      Map<String, Object> moved = commands.json("migrate", "box", "127.0.0.1:" + link.port());
      assertEquals(true, moved.get("digestMatch"));
      long cuts = ((Number) moved.get("reconnections")).longValue();
      assertTrue(cuts >= 3 && cuts <= link.faults(), moved::toString);
    }
    run.end().withExitCode(0);
    receive.awaitErr("the link is whole again");
    assertEquals("powered off", commands.json("stop", "box", "--home", there()).get("ended"));
    receive.end().withExitCode(0);
  }

  @Test
  void aDestinationThatSpeaksRubbishOrIsNotThereLeavesTheGuestHere() throws Exception {
    Invocation run = commands.boot("box");
    try (ServerSocket rubbish = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerRubbish(rubbish));
      String error = commands.run("migrate", "box", "127.0.0.1:" + rubbish.getLocalPort()).error(1);
      assertTrue(error.contains("not this protocol"), error);
    }
    String error = commands.run("migrate", "box", "127.0.0.1:1").error(1);
    assertEquals("127.0.0.1:1: Connection refused", error);
    error = commands.run("migrate", "box", "127.0.0.1:0").error(2);
    assertEquals("port 0", error);
    assertRunsHere(run);
  }

  private static void answerRubbish(ServerSocket server) {
    try (Socket socket = server.accept()) {
      socket.getOutputStream().write("HTTP/1.1 400 No\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // It has hung up.
    }
  }

  @Test
  void aDestinationWithoutTheDiskOrWithTheNameTakenRefuses() throws Exception {
    Path disk = Files.write(commands.folder().resolve("disk"), new byte[1 << 20]);
    Invocation run = commands.boot("box", "--disk", disk);
    Invocation receive = receive();
    String address = "127.0.0.1:" + port(receive);
    Path aside = disk.resolveSibling("aside");
    Files.move(disk, aside);
    String error = commands.run("migrate", "box", address).error(1);
    assertTrue(error.endsWith(disk + ": the disk image is missing; put it back"), error);
    Files.move(aside, disk);
    assertRunsHere(run);

    commands.run("run", "box", "--home", there(), "--append", "run=poweroff").withExitCode(0);
    error = commands.run("migrate", "box", address).error(4);
    assertTrue(error.contains("there is another vkernel \"box\" here already"), error);
    assertRunsHere(run);
    assertEquals("powered off", commands.json("info", "box", "--home", there()).get("state"));
  }
}
