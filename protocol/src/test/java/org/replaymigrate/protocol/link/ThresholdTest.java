package org.replaymigrate.protocol.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.replaymigrate.protocol.tls.LinkSecurity;

/** What strangers get who do not say what they want. */
@Timeout(60)
class ThresholdTest {
  private static final int MOST = 1000;

  private final BlockingQueue<byte[]> heard = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final List<Socket> sockets = new ArrayList<>();
  private Threshold threshold;
  private int port;

  private void open(Duration patience) throws IOException {
    ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    port = server.getLocalPort();
    threshold =
        new Threshold(
            server,
            LinkSecurity.plain(false),
            said::add,
            carrier -> {
              heard.add(carrier.read(MOST, 0));
              return null;
            },
            patience);
    Thread.ofPlatform().daemon().start(threshold::run);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    sockets.add(socket);
    return socket;
  }

  @AfterEach
  void close() throws IOException {
    threshold.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private static boolean isEnd(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException e) {
      return true; // a reset
    }
  }

  @Test
  void whoeverSaysNothingIsCutOffInTime() throws Exception {
    open(Duration.ofMillis(200));
    assertTrue(isEnd(connect()));
    assertTrue(said.poll(1, TimeUnit.MINUTES).startsWith("127.0.0.1:"));
    assertEquals(0, heard.size());
  }

  @Test
  void oneTooManyCostsTheOldestItsPlaceAndTheNewestIsHeard() throws Exception {
    open(Duration.ofMinutes(1));
    for (int i = 0; i < 2 * Threshold.MOST; i++) {
      connect();
    }
    Socket last = connect();
    last.getOutputStream().write(Frame.of(new byte[] {7}, 1, Frame.UNNUMBERED));
    assertEquals(Frame.HEADER + 1, heard.poll(1, TimeUnit.MINUTES).length);
    for (int i = 0; i <= Threshold.MOST; i++) {
      assertTrue(isEnd(sockets.get(i)), "stranger " + i);
    }
  }

  @Test
  void aLengthIsNotBelieved() throws Exception {
    open(Duration.ofMinutes(1));
    connect().getOutputStream().write(new byte[] {0, 0, 0, 0x7f, 0, 0, 0, 0});
    assertTrue(said.poll(1, TimeUnit.MINUTES).contains("not this protocol"));
  }
}
