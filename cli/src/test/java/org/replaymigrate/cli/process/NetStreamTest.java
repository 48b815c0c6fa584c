package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.replaymigrate.guest.BuiltinGuest;

/** {@code --net stream=} with real programs at the other end; frames go to and fro. */
class NetStreamTest {
  @RegisterExtension private final Commands commands = new Commands();

  /** The same guest in QEMU, which waits for a connection to its network card. */
  private Invocation qemu(String net) throws IOException, InterruptedException {
    Commands.assumeInstalled("qemu-system-riscv64", "qemu-system-misc");
    Path kernel = Files.write(commands.folder().resolve("kernel"), BuiltinGuest.image());
    Invocation qemu =
        commands.launch(
            List.of(
                "qemu-system-riscv64 -M virt -m 64 -display none -serial stdio -monitor none"
                    .concat(" -global virtio-mmio.force-legacy=false")
                    .concat(" -device virtio-net-device,netdev=n -append ip=10.0.2.16")
                    .concat(" -netdev stream,id=n,server=on," + net)
                    .concat(" -kernel " + kernel)
                    .split(" ", -1)));
    qemu.awaitOut("tiny> ");
    return qemu;
  }

  private void assertPingsAndReplays(Invocation run) throws Exception {
    run.type("ping 10.0.2.16 3 20; echo done\n").awaitOut("\ndone");
    assertTrue(run.out().contains("ping: 3 of 3 answered"), run::toString);
    run.type("poweroff\n").end().withExitCode(0);
    Map<String, Object> log = commands.json("log", "box", "--type", "network-frame");
    assertTrue((int) ((Map<?, ?>) log.get("types")).get("network-frame") >= 4, log::toString);
    Map<String, Object> replayed = commands.json("replay", "box", "--verify");
    assertEquals(0, replayed.get("divergences"), replayed::toString);
  }

  @Test
  void aQemuGuestAnswersOverAUnixSocket() throws Exception {
    Path socket = commands.folder().resolve("net");
    Invocation qemu = qemu("addr.type=unix,addr.path=" + socket);
    Invocation run = commands.start("run", "box", "--net", "stream=unix:" + socket);
    run.awaitErr("connected to");
    run.awaitOut("tiny> ");
    // And the other way round.
    qemu.type("ping 10.0.2.15 2 20; echo done\n").awaitOut("\ndone");
    assertTrue(qemu.out().contains("ping: 2 of 2 answered"), qemu::toString);
    assertPingsAndReplays(run);
  }

  @Test
  void aQemuGuestAnswersOverTcp() throws Exception {
    int port = freePort();
    qemu("addr.type=inet,addr.host=127.0.0.1,addr.port=" + port);
    Invocation run = commands.start("run", "box", "--net", "stream=127.0.0.1:" + port);
    run.awaitErr("connected to");
    run.awaitOut("tiny> ");
    assertPingsAndReplays(run);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void passtForwardsAPortOfTheHostToTheGuest() throws Exception {
    Commands.assumeInstalled("passt", "passt");
    int port;
    try (DatagramSocket free = new DatagramSocket(0)) {
      port = free.getLocalPort();
    }
    Path socket = commands.folder().resolve("passt");
    List<String> passt = new ArrayList<>();
    passt.addAll(List.of("passt", "-f", "-1", "-4", "-s", socket.toString(), "-t", "none"));
    passt.addAll(List.of("-a", "10.0.2.15", "-n", "24", "-g", "10.0.2.2", "-u", port + ":7"));
    if (System.getProperty("user.name").equals("root")) {
      passt.addAll(List.of("--runas", "0")); // else it could not come to the socket's folder
    }
    commands.launch(passt).awaitErr("UNIX domain socket bound at");
    Invocation run = commands.start("run", "box", "--net", "stream=unix:" + socket);
    run.awaitErr("connected to");
    run.awaitOut("tiny> ");
    assertArrayEquals(bytes("are you there?"), echoed(port, bytes("are you there?")));
    run.type("poweroff\n").end().withExitCode(0);
    Map<String, Object> replayed = commands.json("replay", "box", "--verify");
    assertEquals(0, replayed.get("divergences"), replayed::toString);
  }

  /** Sends a datagram until it comes back: on its way, some may be lost. */
  private static byte[] echoed(int port, byte[] sent) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(200);
      InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      for (int i = 0; i < 100; i++) {
        socket.send(new DatagramPacket(sent, sent.length, to));
        DatagramPacket answer = new DatagramPacket(new byte[1500], 1500);
        try {
          socket.receive(answer);
          return Arrays.copyOf(answer.getData(), answer.getLength());
        } catch (SocketTimeoutException e) {
          // Once more.
        }
      }
    }
    throw new AssertionError("nothing comes back from the guest");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
