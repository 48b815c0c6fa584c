package org.replaymigrate.recorder.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StreamBackendTest {
  private final LinkedBlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
  private ServerSocket peer;
  private StreamBackend backend;

  @BeforeEach
  void start() throws IOException {
    peer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    backend =
        new StreamBackend(NetSpec.parse("stream=127.0.0.1:" + peer.getLocalPort()), received::add);
    backend.start();
  }

  @AfterEach
  void stop() throws IOException {
    backend.close();
    peer.close();
  }

  private static byte[] frame(int length, int fill) {
    byte[] frame = new byte[length];
    Arrays.fill(frame, (byte) fill);
    return frame;
  }

  private static byte[] readFrame(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] frame = new byte[in.readInt()];
    in.readFully(frame);
    return frame;
  }

  private static void writeFrame(Socket socket, byte[] frame) throws IOException {
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    out.writeInt(frame.length);
    out.write(frame);
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  private Socket accept() throws IOException {
    Socket socket = peer.accept();
    await(backend::isConnected);
    return socket;
  }

  private byte[] next() throws InterruptedException {
    return received.poll(30, TimeUnit.SECONDS);
  }

  @Test
  void framesGoBothWaysWhole() throws Exception {
    try (Socket socket = accept()) {
      for (int length : new int[] {1, 60, 1514, 9000, 65535}) {
        backend.send(frame(length, length));
        assertArrayEquals(frame(length, length), readFrame(socket));
        writeFrame(socket, frame(length, ~length));
        assertArrayEquals(frame(length, ~length), next());
      }
    }
  }

  @Test
  void frameThatComesInPiecesIsPutTogether() throws Exception {
    try (Socket socket = accept()) {
      byte[] bytes = {0, 0, 0, 3, 'a', 'b', 'c', 0, 0, 0, 1, 'd'};
      socket.setTcpNoDelay(true);
      for (byte b : bytes) {
        socket.getOutputStream().write(b);
        socket.getOutputStream().flush();
      }
      assertArrayEquals(new byte[] {'a', 'b', 'c'}, next());
      assertArrayEquals(new byte[] {'d'}, next());
    }
  }

  @Test
  void peerThatComesBackIsConnectedAgain() throws Exception {
    try (Socket socket = accept()) {
      writeFrame(socket, frame(10, 1));
      assertArrayEquals(frame(10, 1), next());
    }
    try (Socket socket = accept()) {
      writeFrame(socket, frame(20, 2));
      assertArrayEquals(frame(20, 2), next());
      backend.send(frame(30, 3));
      assertArrayEquals(frame(30, 3), readFrame(socket));
    }
  }

  @Test
  void impossibleLengthEndsTheConnection() throws Exception {
    for (int length : new int[] {0, 65536, -1, Integer.MIN_VALUE}) {
      try (Socket socket = accept()) {
        new DataOutputStream(socket.getOutputStream()).writeInt(length);
        assertEquals(-1, socket.getInputStream().read());
      }
    }
    assertTrue(received.isEmpty());
  }

  @Test
  void peerThatDoesNotReadHoldsNobodyUp() throws Exception {
    try (Socket socket = accept()) {
      assertFalse(socket.isClosed());
      long before = backend.lost();
      for (int i = 0; i < 10_000; i++) {
        backend.send(frame(9000, i));
      }
      assertTrue(backend.lost() > before);
      assertArrayEquals(frame(9000, 0), readFrame(socket));
    }
  }

  @Test
  void frameWithoutAPeerIsLost() {
    StreamBackend nowhere = new StreamBackend(NetSpec.parse("stream=127.0.0.1:1"), received::add);
    nowhere.send(frame(60, 0));
    assertEquals(1, nowhere.lost());
  }

  @Test
  void unixSocketsAreSpokenToo(@TempDir Path folder) throws Exception {
    Path path = folder.resolve("s");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      try (StreamBackend unix =
          new StreamBackend(NetSpec.parse("stream=unix:" + path), received::add)) {
        unix.start();
        try (SocketChannel socket = server.accept()) {
          socket.write(ByteBuffer.wrap(new byte[] {0, 0, 0, 1, 7}));
          assertArrayEquals(new byte[] {7}, next());
        }
      }
    }
  }
}
