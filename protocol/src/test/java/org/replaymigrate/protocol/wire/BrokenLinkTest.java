package org.replaymigrate.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.replaymigrate.protocol.link.Carrier;
import org.replaymigrate.protocol.link.Dialer;
import org.replaymigrate.protocol.link.FaultyLink;
import org.replaymigrate.protocol.link.FaultyLink.Fate;
import org.replaymigrate.protocol.tls.CertificateAuthority;
import org.replaymigrate.protocol.tls.LinkSecurity;

/** Conversations over links that break: nothing of what was sent is lost, repeated or swapped. */
@Timeout(120)
class BrokenLinkTest {
  private static final UUID TRANSFER = new UUID(1, 2);
  private static final UUID VKERNEL = new UUID(3, 4);
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final int MILLIS = 60_000;
  private static final int WELCOME = 2;
  private static final int COMMIT = 11;

  private final BlockingQueue<WireConnection> came = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private LinkSecurity security = LinkSecurity.plain(false);
  private ServerSocket server;
  private Gate gate;

  @BeforeEach
  void listen() throws IOException {
    listen(LONG);
  }

  private void listen(Duration patience) throws IOException {
    server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    gate = new Gate(server, security, patience, said::add, came::add);
    Thread.ofPlatform().daemon().start(gate::run);
  }

  @AfterEach
  void end() throws IOException {
    gate.close();
  }

  private Dialer to(int port) {
    return new Dialer("127.0.0.1", port, security);
  }

  private static WireMessage.Hello hello(UUID transfer) {
    return new WireMessage.Hello(2, 2, VKERNEL, transfer, 1, "box", new byte[10]);
  }

  /** Both ends of a conversation that has got as far as Welcome. */
  private record Pair(WireConnection source, WireConnection destination) implements AutoCloseable {
    @Override
    public void close() {
      source.close();
      destination.close();
      destination.release();
    }
  }

  private Pair greet(int port) throws Exception {
    WireConnection source = WireConnection.dial(to(port), TRANSFER, LONG);
    source.send(hello(TRANSFER));
    WireConnection destination = came.poll(1, TimeUnit.MINUTES);
    assertInstanceOf(WireMessage.Hello.class, destination.receive(MILLIS));
    destination.send(new WireMessage.Welcome(2, destination.patienceMillis()));
    assertInstanceOf(WireMessage.Welcome.class, source.receive(MILLIS));
    return new Pair(source, destination);
  }

  /** Sends so many numbered messages each way at the same time, and checks what comes. */
  private static void talk(Pair pair, int forth, int back) throws Exception {
    Thread there = sender(pair.source, forth, 5000);
    Thread here = sender(pair.destination, back, 20);
    BlockingQueue<Throwable> wrong = new LinkedBlockingQueue<>();
    Thread hears =
        Thread.ofPlatform()
            .start(() -> {
              try {
                hear(pair.source, back);
              } catch (IOException | AssertionError e) {
                wrong.add(e);
              }
            });
    hear(pair.destination, forth);
    hears.join();
    there.join();
    here.join();
    assertEquals(0, wrong.size(), wrong::toString);
  }

  private static Thread sender(WireConnection by, int count, int bytes) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            for (int i = 0; i < count; i++) {
              by.send(new WireMessage.Events(i, i, 1, new byte[bytes]), i % 7 == 0);
            }
          } catch (IOException e) {
            // Whoever waits for it will notice.
          }
        });
  }

  private static void hear(WireConnection by, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      WireMessage message = by.receive(MILLIS);
      assertEquals(i, assertInstanceOf(WireMessage.Events.class, message).firstSequence());
    }
  }

  @Test
  void whateverTheLinkDoesToFramesEachComesOnceAndInOrder() throws Exception {
    long seed = Long.getLong("replay-migrate.link-seed", System.nanoTime());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Fate[] fates = {
      Fate.CUT_BEFORE, Fate.CUT_BEHIND, Fate.LOSE, Fate.DAMAGE, Fate.SWAP,
    };
    FaultyLink.Plan plan =
        piece -> {
          synchronized (random) {
            boolean rough = piece.id() < 60 && piece.id() > WELCOME && random.nextInt(40) == 0;
            return rough ? fates[random.nextInt(fates.length)] : Fate.PASS;
          }
        };
    try (FaultyLink link = FaultyLink.ofFrames(server.getLocalPort(), plan);
        Pair pair = greet(link.port())) {
      talk(pair, 1000, 500);
      assertTrue(link.faults() >= 10, link.faults() + " faults");
      assertTrue(pair.source.breaks() >= 5, pair.source.breaks() + " breaks");
      assertTrue(pair.source.bytesRepeated() > 0);
    }
  }

  @Test
  void aLinkThatIsCutAgainAndAgainInMidFrameCarriesEverything() throws Exception {
    int every = 300_000;
    FaultyLink.Plan plan =
        piece ->
            piece.total() / every != (piece.total() - piece.bytes()) / every
                ? Fate.CUT_BEFORE
                : Fate.PASS;
    try (FaultyLink link = FaultyLink.ofBytes(server.getLocalPort(), plan);
        Pair pair = greet(link.port())) {
      talk(pair, 600, 300);
      assertTrue(pair.source.breaks() >= 5, pair.source.breaks() + " breaks");
    }
  }

  @Test
  void aLinkWithTlsIsMendedToo(@TempDir Path folder) throws Exception {
    Instant now = Instant.now();
    CertificateAuthority ca = CertificateAuthority.in(folder);
    Path certificate = ca.issue(List.of("127.0.0.1"), now, now.plus(Duration.ofDays(1)));
    security =
        LinkSecurity.tls(certificate, CertificateAuthority.keyOf(certificate), ca.certificate());
    gate.close();
    listen();
    int every = 500_000;
    // The second connection only falls silent.
    FaultyLink.Plan plan =
        piece -> {
          if (piece.connection() == 1) {
            return piece.index() == 100 ? Fate.STALL : Fate.PASS;
          }
          boolean there = piece.total() / every != (piece.total() - piece.bytes()) / every;
          return there ? Fate.CUT_BEFORE : Fate.PASS;
        };
    try (FaultyLink link = FaultyLink.ofBytes(server.getLocalPort(), plan);
        Pair pair = greet(link.port())) {
      talk(pair, 400, 300);
      assertTrue(pair.source.breaks() >= 3, pair.source.breaks() + " breaks");
    }
  }

  @Test
  void aCutAtTheFirstWordsIsMendedToo() throws Exception {
    for (int id : new int[] {1, WELCOME}) {
      for (Fate fate : new Fate[] {Fate.CUT_BEFORE, Fate.CUT_BEHIND}) {
        FaultyLink.Plan plan =
            piece -> piece.connection() == 0 && piece.id() == id ? fate : Fate.PASS;
        try (FaultyLink link = FaultyLink.ofFrames(server.getLocalPort(), plan);
            Pair pair = greet(link.port())) {
          talk(pair, 3, 3);
          assertEquals(1, link.faults());
        }
      }
    }
  }

  @Test
  void aLinkThatStallsIsNoticedAndReplaced() throws Exception {
    FaultyLink.Plan plan =
        piece -> piece.connection() == 0 && piece.index() == 50 ? Fate.STALL : Fate.PASS;
    try (FaultyLink link = FaultyLink.ofFrames(server.getLocalPort(), plan);
        Pair pair = greet(link.port())) {
      talk(pair, 100, 10);
      assertEquals(1, pair.source.breaks());
    }
  }

  @Test
  void aPeerThatIsBusyIsNotTakenForDead() throws Exception {
    try (Pair pair = greet(server.getLocalPort())) {
      // More than the sockets and the inbox of the destination hold, which does not read.
      Thread sender = sender(pair.source, 4000, 5000);
      // Three heartbeats beyond the silence that would end a link.
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(8);
      for (int i = 0; System.nanoTime() < until; i++) {
        pair.destination.send(new WireMessage.Applied(i, i), false);
        assertEquals(i, ((WireMessage.Applied) pair.source.receive(MILLIS)).sequence());
      }
      hear(pair.destination, 4000);
      sender.join();
      assertEquals(0, pair.source.breaks());
      assertTrue(pair.source.roundTripNanos() >= 0);
    }
  }

  @Test
  void theWindowHoldsWhatIsUnderWayOnALongFastLink() throws Exception {
    // Acknowledgements never come, as if they were still on their way.
    FaultyLink.Plan plan = piece -> !piece.forth() && piece.id() == 60 ? Fate.LOSE : Fate.PASS;
    try (FaultyLink link = FaultyLink.ofFrames(server.getLocalPort(), plan);
        Pair pair = greet(link.port())) {
      int bytes = 64 << 10;
      int count = 25_000_000 / bytes;
      sender(pair.source, count, bytes);
      hear(pair.destination, count);
    }
  }

  @Test
  void aLinkThatDoesNotComeBackEndsBothSidesInTime() throws Exception {
    gate.close();
    listen(Duration.ofMillis(300));
    FaultyLink.Plan plan =
        piece ->
            piece.id() == 61 || piece.id() == COMMIT && piece.connection() == 0
                ? Fate.CUT_BEFORE
                : Fate.PASS;
    try (FaultyLink link = FaultyLink.ofFrames(server.getLocalPort(), plan);
        Pair pair = greet(link.port())) {
      pair.source.send(new WireMessage.Commit());
      IOException why = assertThrows(IOException.class, () -> pair.source.receive(0));
      assertTrue(why.getMessage().contains("the link broke and has not come back"), why::toString);
      assertThrows(IOException.class, () -> pair.destination.receive(0));
    }
  }

  @Test
  void whatWasSaidLastIsHeardAndEndsTheConversation() throws Exception {
    try (Pair pair = greet(server.getLocalPort())) {
      pair.destination.send(new WireMessage.Refuse(false, "enough"));
      pair.destination.close();
      assertInstanceOf(WireMessage.Refuse.class, pair.source.receive(MILLIS));
      assertThrows(EOFException.class, () -> pair.source.receive(MILLIS));
      assertThrows(IOException.class, () -> pair.source.send(new WireMessage.Commit()));
    }
  }

  @Test
  void aTransferThatIsNotKnownAnyMoreIsRefused() throws Exception {
    try (Carrier carrier = to(server.getLocalPort()).dial()) {
      WireFrames.send(carrier, new WireMessage.Resume(TRANSFER, 5));
      assertInstanceOf(WireMessage.Refuse.class, WireFrames.first(carrier, MILLIS));
    }
    assertTrue(said.poll(1, TimeUnit.MINUTES).contains("a transfer that is not known here"));
  }

  @Test
  void aSourceWhoseDestinationHasBegunAnewHearsIt() throws Exception {
    FaultyLink.Plan plan =
        piece -> piece.id() == COMMIT && piece.connection() == 0 ? Fate.CUT_BEFORE : Fate.PASS;
    try (FaultyLink link = FaultyLink.ofFrames(server.getLocalPort(), plan);
        Pair pair = greet(link.port())) {
      // As a process does that has died: no word to the source.
      gate.close();
      listen();
      link.leadTo(server.getLocalPort());
      pair.source.send(new WireMessage.Commit());
      assertInstanceOf(WireMessage.Refuse.class, pair.source.receive(MILLIS));
      assertThrows(EOFException.class, () -> pair.source.receive(MILLIS));
    }
  }

  @Test
  void aSourceThatBeginsAnewEndsWhatWasLeftOfBefore() throws Exception {
    try (Pair pair = greet(server.getLocalPort());
        WireConnection again =
            WireConnection.dial(to(server.getLocalPort()), new UUID(5, 6), LONG)) {
      again.send(hello(new UUID(5, 6)));
      assertThrows(IOException.class, () -> pair.destination.receive(MILLIS));
      assertEquals(0, came.size(), "before the other one has let go");
      pair.destination.release();
      WireConnection next = came.poll(1, TimeUnit.MINUTES);
      assertInstanceOf(WireMessage.Hello.class, next.receive(MILLIS));
      next.close();
    }
  }
}
