package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.replaymigrate.protocol.tls.CertificateAuthority;

/** Links between processes that are, or are not, what both sides want them to be. */
@Timeout(300)
class TlsTest {
  private static final String HERE = "127.0.0.1";
  private static final int MANY = 80;

  @RegisterExtension private final Commands commands = new Commands();

  private Path there() {
    return commands.folder().resolve("there");
  }

  private Path init(String folder, String... hosts) {
    Path out = commands.folder().resolve(folder);
    List<Object> words = new ArrayList<>(List.of("tls", "init", "--out", out));
    for (String host : hosts) {
      words.addAll(List.of("--host", host));
    }
    commands.here(words.toArray()).withExitCode(0);
    return out;
  }

  /** A host whose certificate is from the same CA, and was valid until yesterday. */
  private Path expired(Path ca) throws IOException {
    Path folder = Files.createDirectory(commands.folder().resolve("expired"));
    Files.copy(ca.resolve("ca.pem"), folder.resolve("ca.pem"));
    Files.copy(ca.resolve("ca.key"), folder.resolve("ca.key"));
    Instant now = Instant.now();
    CertificateAuthority.in(folder)
        .issue(List.of(HERE), now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(1)));
    return folder;
  }

  private static List<Object> identity(Path folder, String host, Path ca) {
    return List.of(
        "--tls-cert", folder.resolve(host + ".pem"),
        "--tls-key", folder.resolve(host + ".key"),
        "--tls-ca", ca.resolve("ca.pem"));
  }

  private Invocation receive(List<Object> more) throws Exception {
    List<Object> words =
        new ArrayList<>(List.of("receive", "--listen", HERE + ":0", "--once", "--home", there()));
    words.addAll(more);
    return commands.start(words.toArray());
  }

  private static int port(Invocation receive) throws Exception {
    String line = receive.awaitErr("listening on " + HERE + ":");
    return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
  }

  private Outcome migrate(String host, int port, List<Object> more) throws Exception {
    List<Object> words = new ArrayList<>(List.of("migrate", "box", host + ":" + port, "--json"));
    words.addAll(more);
    return commands.run(words.toArray());
  }

  @Test
  void keysAreReadByTheirOwnerOnlyAndACaIsMadeOnce() throws Exception {
    Path folder = init("pki", "a.example,192.0.2.7", "::1");
    for (String key : List.of("ca.key", "a.example.key", "--1.key")) {
      assertEquals(
          PosixFilePermissions.fromString("rw-------"),
          Files.getPosixFilePermissions(folder.resolve(key)),
          key);
    }
    byte[] ca = Files.readAllBytes(folder.resolve("ca.pem"));
    init("pki", "b.example");
    assertEquals(
        new String(ca, StandardCharsets.US_ASCII), Files.readString(folder.resolve("ca.pem")));
    String error = commands.here("tls", "init", "--out", folder, "--host", "b.example").error(1);
    assertTrue(error.endsWith("b.example.key: is there already; remove it to issue another one"));
  }

  @Test
  void whatIsNotEncryptedDoesNotLeaveTheMachineUnlessItMay() throws Exception {
    String error = commands.here("receive", "--listen", "0.0.0.0:0").error(4);
    assertTrue(error.startsWith("0.0.0.0:0: not on this machine, and without encryption"), error);
    Invocation run = commands.boot("box");
    error = commands.run("migrate", "box", "192.0.2.1:7").error(4);
    assertTrue(error.startsWith("192.0.2.1:7: not on this machine, and without"), error);
    Invocation receive =
        commands.start("receive", "--listen", "0.0.0.0:0", "--insecure", "--home", there());
    receive.awaitErr("listening on 0.0.0.0:");
    run.type("echo here\n").awaitOut("\nhere");
  }

  @Test
  void aVkernelMovesWhenBothSidesKnowEachOtherAndNeverElse() throws Exception {
    Path ours = init("ours", HERE, "other.example");
    Path theirs = init("theirs", HERE);
    Path old = expired(ours);

    Invocation run = commands.boot("box");
    Invocation receive = receive(identity(ours, HERE, ours));
    int port = port(receive);
    String peer = HERE + ":" + port + ": ";

    String error = migrate(HERE, port, identity(theirs, HERE, theirs)).error(4);
    assertTrue(error.startsWith(peer + "its certificate is not from a CA in "), error);
    error = migrate(HERE, port, identity(theirs, HERE, ours)).error(4);
    assertTrue(error.startsWith(peer + "does not accept the certificate in "), error);
    receive.awaitErr("its certificate is not from a CA in ");
    error = migrate(HERE, port, identity(old, HERE, ours)).error(4);
    assertTrue(error.startsWith(peer + "does not accept the certificate in "), error);
    assertTrue(error.contains("(certificate expired)"), error);
    receive.awaitErr("its certificate has expired");
    error = migrate("localhost", port, identity(ours, HERE, ours)).error(4);
    assertTrue(error.startsWith("localhost:" + port + ": its certificate is for another"), error);
    error = migrate(HERE, port, List.of()).error(1);
    assertTrue(error.startsWith(peer + "speaks TLS; give both sides --tls-cert"), error);
    receive.awaitErr("does not speak TLS");

    run.type("echo here\n").awaitOut("\nhere");
    assertFalse(Files.exists(there().resolve("vkernels/box")));
    Map<String, Object> moved =
        migrate(HERE, port, identity(ours, "other.example", ours)).withExitCode(0).json();
    assertEquals(true, moved.get("digestMatch"));
    run.end().withExitCode(0);
    receive.awaitErr("is live here");
    assertFalse(receive.err().contains("Exception"), receive::err);
  }

  @Test
  void aDestinationOfAnotherKindIsNamedAndTheGuestRunsOn() throws Exception {
    Path ours = init("ours", HERE);
    Path old = expired(ours);
    Invocation run = commands.boot("box");

    Invocation expired = receive(identity(old, HERE, ours));
    String error = migrate(HERE, port(expired), identity(ours, HERE, ours)).error(4);
    assertTrue(error.contains("its certificate has expired"), error);
    expired.awaitErr("does not accept the certificate in ");
    Invocation plain = receive(List.of());
    int port = port(plain);
    error = migrate(HERE, port, identity(ours, HERE, ours)).error(4);
    assertTrue(error.startsWith(HERE + ":" + port + ": hung up in the TLS handshake"), error);
    plain.awaitErr("speaks TLS; give both sides");
    run.type("echo here\n").awaitOut("\nhere");
  }

  @Test
  void strangersLearnNothingAndKeepNobodyOut() throws Exception {
    Path ours = init("ours", HERE);
    Invocation receive = receive(identity(ours, HERE, ours));
    int port = port(receive);
    Invocation run = commands.boot("box");
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < MANY; i++) {
        silent.add(new Socket(InetAddress.getLoopbackAddress(), port));
      }
      Socket curious = silent.getLast();
      curious.getOutputStream().write(new byte[] {5, 0, 0, 0, 1, 2, 3, 4, 1, 1, 9, 9, 9});
      assertTrue(rest(curious).length <= 7, "more than an alert of TLS");
      assertEquals(true, migrate(HERE, port, identity(ours, HERE, ours)).json().get("digestMatch"));
      run.end().withExitCode(0);
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  private static byte[] rest(Socket socket) throws IOException {
    try (InputStream in = socket.getInputStream()) {
      return in.readAllBytes();
    }
  }
}
