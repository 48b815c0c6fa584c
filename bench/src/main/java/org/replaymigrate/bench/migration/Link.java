package org.replaymigrate.bench.migration;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.bench.BenchException;

/**
 * What lies between the two sides. With the rights for it, a network namespace for the other side
 * and a pair of virtual cards whose rate {@code tc} limits; else loopback, where each program has
 * to limit itself.
 */
final class Link implements Closeable {
  /** Rates that are compared. */
  enum Rate {
    GIGABIT("1g", 1000),
    HUNDRED("100m", 100);

    private final String label;
    private final int megabits;

    Rate(String label, int megabits) {
      this.label = label;
      this.megabits = megabits;
    }

    String label() {
      return label;
    }

    long bytesPerSecond() {
      return megabits * 125_000L;
    }
  }

  private static final String NAMESPACE = "bench";
  private static final String CARD = "b";

  /** Networks of four addresses in 10.87.0.0/16. */
  private static final int NETWORKS = 1 << 14;

  private static final long BURST_MICROS = 2_000;
  private static final int LEAST_BURST = 64 << 10;

  private final long owner = ProcessHandle.current().pid();
  private final String namespace = NAMESPACE + owner;
  private final String card = CARD + owner;
  private final boolean shaped;

  private Link(boolean shaped) {
    this.shaped = shaped;
  }

  /** Sets it up; tells by its {@link #description} what came of that. */
  static Link open() throws IOException, InterruptedException {
    tidyUp();
    Link link = new Link(true);
    if (link.setUp()) {
      return link;
    }
    link.close();
    return new Link(false);
  }

  String description() {
    return shaped
        ? "network namespace, veth, tc tbf"
        : "loopback, each program limits itself (no rights for ip netns and tc)";
  }

  /** Whether the link itself keeps to the rate. */
  boolean isShaped() {
    return shaped;
  }

  /**
   * The address of a side. Each process has a network of its own: with the cards of another one in
   * the way, be it only a killed one's, packets would go there.
   */
  private String inNetwork(int host) {
    int network = (int) (owner % NETWORKS);
    return "10.87." + (network >> 6) + "." + ((network & 63) * 4 + host);
  }

  /** Removes what processes have left behind that were killed. */
  private static void tidyUp() throws IOException, InterruptedException {
    Path namespaces = Path.of("/run/netns");
    if (!Files.isDirectory(namespaces)) {
      return;
    }
    List<Path> all;
    try (var found = Files.list(namespaces)) {
      all = found.toList();
    }
    for (Path each : all) {
      String name = each.getFileName().toString();
      if (name.matches(NAMESPACE + "[0-9]{1,18}")) {
        long owner = Long.parseLong(name.substring(NAMESPACE.length()));
        if (ProcessHandle.of(owner).isEmpty()) {
          run("ip", "link", "del", CARD + owner);
          run("ip", "netns", "del", name);
        }
      }
    }
  }

  private boolean setUp() throws InterruptedException {
    return run("ip", "netns", "add", namespace)
        && run(
            "ip",
            "link",
            "add",
            card,
            "type",
            "veth",
            "peer",
            "name",
            card + "x",
            "netns",
            namespace)
        && run("ip", "addr", "add", inNetwork(1) + "/30", "dev", card)
        && run("ip", "link", "set", card, "up")
        && run("ip", "-n", namespace, "addr", "add", inNetwork(2) + "/30", "dev", card + "x")
        && run("ip", "-n", namespace, "link", "set", card + "x", "up")
        && run("ip", "-n", namespace, "link", "set", "lo", "up")
        && shape(Rate.GIGABIT);
  }

  /** Sets the rate, both ways. */
  void rate(Rate rate) throws InterruptedException {
    if (shaped && !shape(rate)) {
      throw new BenchException("tc does not take the rate " + rate.label());
    }
  }

  private boolean shape(Rate rate) throws InterruptedException {
    String burst = "" + Math.max(LEAST_BURST, rate.bytesPerSecond() * BURST_MICROS / 1_000_000);
    String megabits = rate.megabits + "mbit";
    return run(
            "tc", "qdisc", "replace", "dev", card, "root", "tbf", "rate", megabits, "burst", burst,
            "latency", "50ms")
        && run(
            "tc",
            "-n",
            namespace,
            "qdisc",
            "replace",
            "dev",
            card + "x",
            "root",
            "tbf",
            "rate",
            megabits,
            "burst",
            burst,
            "latency",
            "50ms");
  }

  /** The command as it runs on a side. */
  List<String> on(boolean there, List<String> command) {
    List<String> all = new ArrayList<>();
    if (there && shaped) {
      all.addAll(List.of("ip", "netns", "exec", namespace));
    }
    all.addAll(command);
    return all;
  }

  /** A side's address. */
  String address(boolean there) {
    return !shaped ? "127.0.0.1" : inNetwork(there ? 2 : 1);
  }

  /** A port that nobody listens on. */
  int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** What has crossed it so far, both ways; NaN where nobody counts. */
  double bytes() throws IOException {
    if (!shaped) {
      return Double.NaN;
    }
    Path statistics = Path.of("/sys/class/net", card, "statistics");
    return count(statistics.resolve("tx_bytes")) + count(statistics.resolve("rx_bytes"));
  }

  private static double count(Path file) throws IOException {
    return Double.parseDouble(Files.readString(file).strip());
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().transferTo(OutputStream.nullOutputStream());
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false; // no such program
    }
  }

  @Override
  public void close() throws IOException {
    if (shaped) {
      try {
        run("ip", "link", "del", card);
        run("ip", "netns", "del", namespace);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
