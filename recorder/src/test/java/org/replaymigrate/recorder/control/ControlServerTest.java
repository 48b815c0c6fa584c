package org.replaymigrate.recorder.control;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ControlServerTest {
  private final LinkedBlockingQueue<String> typed = new LinkedBlockingQueue<>();
  private final ConsoleHub console =
      new ConsoleHub(bytes -> typed.add(new String(bytes, US_ASCII)));
  private ControlServer server;

  @BeforeEach
  void start() throws IOException {
    server = ControlServer.open(console);
    server.handle("echo", (arguments, peer) -> Map.of("said", arguments.string("say")));
    server.start();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private ControlClient connect() throws IOException {
    return ControlClient.connect(server.socket());
  }

  @Test
  void requestIsAnswered() throws IOException {
    try (ControlClient client = connect()) {
      assertEquals(Map.of("said", "a\nb"), client.request("echo", Map.of("say", "a\nb")));
      assertEquals(Map.of("said", "c"), client.request("echo", Map.of("say", "c")));
    }
  }

  @Test
  void failureKeepsItsKindAndTheConnectionGoesOn() throws IOException {
    server.handle(
        "refuse",
        (arguments, peer) -> {
          throw new ControlException(ControlException.Kind.REFUSED, "not the owner");
        });
    server.handle(
        "break",
        (arguments, peer) -> {
          throw new IllegalStateException("broken");
        });
    try (ControlClient client = connect()) {
      var refused = failure(client, "refuse", Map.of());
      assertEquals(ControlException.Kind.REFUSED, refused.kind());
      assertEquals("not the owner", refused.getMessage());
      assertEquals(ControlException.Kind.FAILED, failure(client, "break", Map.of()).kind());
      assertEquals(ControlException.Kind.USAGE, failure(client, "nonsense", Map.of()).kind());
      assertEquals(ControlException.Kind.USAGE, failure(client, "echo", Map.of("say", 1)).kind());
      assertEquals(Map.of("said", "x"), client.request("echo", Map.of("say", "x")));
    }
  }

  private static ControlException failure(ControlClient client, String name, Map<String, ?> with) {
    return assertThrows(ControlException.class, () -> client.request(name, with));
  }

  @Test
  void progressComesBeforeTheAnswer() throws IOException {
    server.handle(
        "count",
        (arguments, peer) -> {
          peer.progress(Map.of("at", 1));
          peer.progress(Map.of("at", 2));
          return Map.of("at", 3);
        });
    List<Object> steps = new ArrayList<>();
    try (ControlClient client = connect()) {
      Object end = client.request("count", Map.of(), step -> steps.add(step.get("at"))).get("at");
      assertEquals(List.of(1, 2), steps);
      assertEquals(3, end);
    }
  }

  @Test
  void clientThatGoesAwayCancelsItsRequest() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    server.handle(
        "wait",
        (arguments, peer) -> {
          peer.whenGone(cancelled::countDown);
          begun.countDown();
          cancelled.await();
          assertTrue(peer.isGone());
          return Map.of();
        });
    ControlClient client = connect();
    Thread asking =
        Thread.ofVirtual()
            .start(() -> assertThrows(IOException.class, () -> client.request("wait", Map.of())));
    begun.await();
    client.close();
    assertTrue(cancelled.await(30, TimeUnit.SECONDS));
    asking.join();
  }

  @Test
  void clientThatStaysCancelsNothing() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    server.handle(
        "quick",
        (arguments, peer) -> {
          peer.whenGone(cancelled::countDown);
          return Map.of();
        });
    try (ControlClient client = connect()) {
      client.request("quick", Map.of());
      client.request("echo", Map.of("say", "so that the first one is over"));
    }
    try (ControlClient other = connect()) {
      other.request("echo", Map.of("say", "so that the server has seen the end"));
    }
    assertEquals(1, cancelled.getCount());
  }

  @Test
  void rubbishEndsItsOwnConnectionOnly() throws IOException {
    long seed = 4711;
    Random random = new Random(seed);
    try (ControlClient decent = connect()) {
      for (int i = 0; i < 50; i++) {
        byte[] rubbish = new byte[random.nextInt(3000) + 1];
        random.nextBytes(rubbish);
        rubbish[rubbish.length - 1] = '\n';
        String answer = raw(rubbish);
        assertTrue(answer.contains("\"error\""), "seed " + seed + ": " + answer);
      }
      assertTrue(raw("[1,2]\n".getBytes(US_ASCII)).contains("no JSON object"));
      assertTrue(raw("null\n".getBytes(US_ASCII)).contains("no JSON object"));
      assertTrue(raw("{\"request\":7}\n".getBytes(US_ASCII)).contains("want a string"));
      byte[] deep = ("[".repeat(60_000) + "\n").getBytes(US_ASCII);
      assertTrue(raw(deep).contains("no JSON object"));
      assertEquals(Map.of("said", "x"), decent.request("echo", Map.of("say", "x")));
    }
  }

  @Test
  void endlessLineIsNotStored() throws IOException {
    byte[] line = new byte[JsonConnection.MAX_LINE];
    Arrays.fill(line, (byte) ' ');
    assertTrue(raw(line).contains("more than 65536 bytes"));
  }

  /** Sends bytes and returns the first line of the answer. */
  private String raw(byte[] bytes) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(server.socket()));
      ByteBuffer out = ByteBuffer.wrap(bytes);
      while (out.hasRemaining()) {
        channel.write(out);
      }
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      ByteBuffer one = ByteBuffer.allocate(1);
      while (channel.read(one) > 0 && one.get(0) != '\n') {
        answer.write(one.get(0));
        one.clear();
      }
      return answer.toString(US_ASCII);
    }
  }

  @Test
  void consoleBeginsWithTheScrollBack() throws Exception {
    console.output("before ".getBytes(US_ASCII));
    try (ControlClient client = connect()) {
      client.console();
      assertEquals("before ", read(client, 7));
      console.output("after".getBytes(US_ASCII));
      assertEquals("after", read(client, 5));
      client.type("ls\r".getBytes(US_ASCII));
      assertEquals("ls\r", typed.poll(30, TimeUnit.SECONDS));
      client.endTyping();
      console.output(" and on".getBytes(US_ASCII));
      assertEquals(" and on", read(client, 7));
      console.end(30_000);
      assertNull(client.readConsole());
    }
  }

  private static String read(ControlClient client, int bytes) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.length() < bytes) {
      text.append(new String(client.readConsole(), US_ASCII));
    }
    return text.toString();
  }

  @Test
  void onlyTheUserCanReachTheSocketAndItIsRemoved() throws IOException {
    var folder = server.socket().getParent();
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
    assertTrue(server.socket().toString().length() <= 100);
    server.close();
    assertFalse(Files.exists(folder));
    assertThrows(IOException.class, this::connect);
  }

  @Test
  void requestsUnderWayAreAnsweredBeforeTheEnd() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    server.handle(
        "stop",
        (arguments, peer) -> {
          begun.countDown();
          go.await();
          return Map.of("ended", true);
        });
    FutureTask<Object> asking =
        new FutureTask<>(() -> {
          try (ControlClient client = connect()) {
            return client.request("stop", Map.of()).get("ended");
          }
        });
    Thread.ofVirtual().start(asking);
    begun.await();
    server.drain(1); // in vain, and once more
    Thread.ofVirtual().start(go::countDown);
    server.drain(30_000);
    server.close();
    assertEquals(true, asking.get());
  }

  @Test
  void endOfTheProcessIsNoticedByAWaitingClient() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    server.handle(
        "wait",
        (arguments, peer) -> {
          begun.countDown();
          new CountDownLatch(1).await();
          return Map.of();
        });
    try (ControlClient client = connect()) {
      Thread closer =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  begun.await();
                  server.close();
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      assertThrows(IOException.class, () -> client.request("wait", Map.of()));
      closer.join();
    }
  }
}
