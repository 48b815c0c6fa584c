package org.replaymigrate.cli.process;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A link to a port of this host that breaks, in both directions, after so many bytes of one. */
final class CuttingProxy implements Closeable {
  private final ServerSocket server;
  private final int target;
  private final long bytes;

  CuttingProxy(int target, long bytes) throws IOException {
    this.server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    this.target = target;
    this.bytes = bytes;
    Thread.ofVirtual().start(this::serve);
  }

  String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  private void serve() {
    try (Socket source = server.accept();
        Socket destination = new Socket(InetAddress.getLoopbackAddress(), target)) {
      Thread back = Thread.ofVirtual().start(() -> carry(destination, source, Long.MAX_VALUE));
      carry(source, destination, bytes);
      destination.shutdownInput();
      back.join();
    } catch (IOException e) {
      // Closed before anybody came.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void carry(Socket from, Socket to, long bytes) {
    byte[] buffer = new byte[1024];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      long carried = 0;
      int n = in.read(buffer);
      while (n > 0 && carried < bytes) {
        out.write(buffer, 0, n);
        carried += n;
        n = in.read(buffer);
      }
    } catch (IOException e) {
      // One of them has gone.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
