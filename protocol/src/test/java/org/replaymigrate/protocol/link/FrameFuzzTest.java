package org.replaymigrate.protocol.link;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import org.replaymigrate.protocol.tls.LinkSecurity;

/**
 * Whatever a stranger sends comes as frames of bounded length, or ends the connection. Plays stored
 * inputs; with {@code JAZZER_FUZZ=1} it looks for more.
 */
class FrameFuzzTest {
  private static final int MOST = 1000;

  /** A connection on which the stranger has sent this, and hung up. */
  private static final class Sent extends Socket {
    private final byte[] bytes;

    Sent(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public InputStream getInputStream() {
      return new ByteArrayInputStream(bytes);
    }

    @Override
    public OutputStream getOutputStream() {
      return OutputStream.nullOutputStream();
    }

    @Override
    public void setSoTimeout(int millis) {
      // It never waits.
    }

    @Override
    public void setTcpNoDelay(boolean on) {
      // Nor does it send.
    }
  }

  @FuzzTest(maxDuration = "2m")
  void frames(byte[] bytes) throws Exception {
    LinkSecurity security = LinkSecurity.plain(true);
    Socket socket = new Sent(bytes);
    try (Carrier carrier =
        new Carrier(new LinkSecurity.Link(socket, socket, ""), "stranger", security)) {
      while (true) {
        byte[] frame = carrier.read(MOST, 0);
        assertTrue(frame.length <= Frame.HEADER + MOST);
        Frame.isIntact(frame, 0);
      }
    } catch (IOException e) {
      assertTrue(e.getMessage().startsWith("stranger: "), e.getMessage());
    }
  }
}
