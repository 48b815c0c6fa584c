package org.replaymigrate.recorder.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class AnnouncementTest {
  private static final long MAC = 0x5254_0012_3456L;

  @Test
  void itIsAReverseArpRequestToEverybody() {
    byte[] frame = Announcement.of(MAC);
    assertEquals(60, frame.length);
    assertEquals(
        "ffffffffffff"
            + "525400123456"
            + "8035"
            + "0001"
            + "0800"
            + "06"
            + "04"
            + "0003"
            + "525400123456"
            + "00000000"
            + "525400123456"
            + "00000000",
        HexFormat.of().formatHex(Arrays.copyOf(frame, 42)));
  }

  @Test
  void aCardThatHasArrivedAnnouncesItselfFiveTimes() {
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          try (ServerSocket peer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
              StreamBackend backend = backend(peer)) {
            backend.announce(MAC);
            backend.start();
            try (Socket connection = peer.accept()) {
              DataInputStream in = new DataInputStream(connection.getInputStream());
              for (int i = 0; i < 5; i++) {
                byte[] frame = new byte[in.readInt()];
                in.readFully(frame);
                assertArrayEquals(Announcement.of(MAC), frame);
              }
            }
          }
        });
  }

  private static StreamBackend backend(ServerSocket peer) throws IOException {
    NetSpec spec = NetSpec.parse("stream=127.0.0.1:" + peer.getLocalPort());
    return new StreamBackend(spec, frame -> {});
  }
}
