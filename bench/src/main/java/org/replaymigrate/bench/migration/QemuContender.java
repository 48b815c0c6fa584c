package org.replaymigrate.bench.migration;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.bench.BenchException;
import org.replaymigrate.bench.host.ConsoleProcess;
import org.replaymigrate.bench.host.DebianFiles;
import org.replaymigrate.bench.host.Qemu;

/** QEMU's pre-copy, as it comes: its own defaults, two processes, QMP. */
final class QemuContender implements Contender {
  private static final Duration BOOT_LIMIT = Duration.ofMinutes(5);
  private static final long LIMIT_MILLIS = 180_000;
  private static final long POLL_MILLIS = 20;
  private static final long LINE_MILLIS = 5_000;

  /** A process of it, and when its console's lines came. */
  private record Side(
      ConsoleProcess console, QmpClient monitor, LineStamps lines, boolean there, Thread reader) {}

  private final Setting setting;
  private final List<String> machine;
  private @Nullable Side side;
  private int made;

  private QemuContender(Setting setting, DebianFiles guest) {
    this.setting = setting;
    this.machine = Qemu.linux(guest, Qemu.Mode.TCG);
    FrameSource frames = setting.frames();
    if (frames != null) {
      machine.addAll(
          List.of(
              "-netdev",
              "stream,id=n0,server=off,addr.type=unix,addr.path=" + frames.path(),
              "-device",
              "virtio-net-device,netdev=n0,mac=" + FrameSource.MAC));
    }
  }

  /** Boots the guest and sets it to work. */
  static QemuContender start(Setting setting, DebianFiles guest)
      throws IOException, InterruptedException {
    QemuContender contender = new QemuContender(setting, guest);
    Path socket = contender.socket();
    List<String> command = new ArrayList<>(contender.machine);
    command.addAll(List.of("-qmp", "unix:" + socket + ",server=on,wait=off"));
    ConsoleProcess console = ConsoleProcess.start(command);
    try {
      console.await(DebianFiles.PROMPT, BOOT_LIMIT);
      setting.begin(console);
      contender.side = side(console, socket, false);
      return contender;
    } catch (IOException | InterruptedException | RuntimeException e) {
      console.close();
      throw e;
    }
  }

  private Path socket() {
    return setting.folder().resolve("qmp" + ++made);
  }

  private static Side side(ConsoleProcess console, Path socket, boolean there)
      throws IOException, InterruptedException {
    LineStamps lines = new LineStamps();
    Thread reader =
        Thread.ofVirtual()
            .start(() -> {
              try {
                console.readAll(lines::add, Duration.ofHours(1));
              } catch (InterruptedException e) {
                // Nobody is interested any more.
              }
            });
    return new Side(console, QmpClient.connect(socket), lines, there, reader);
  }

  @Override
  public Trip move(Link.Rate rate) throws IOException, InterruptedException {
    Side from = side;
    if (from == null) {
      throw new IllegalStateException("closed");
    }
    boolean there = !from.there;
    String address = "tcp:" + setting.link().address(there) + ":" + setting.link().freePort();
    Path socket = socket();
    List<String> command = new ArrayList<>(machine);
    command.addAll(List.of("-incoming", address, "-qmp", "unix:" + socket + ",server=on,wait=off"));
    ConsoleProcess console = ConsoleProcess.start(setting.link().on(there, command));
    Side to = side(console, socket, there);
    setting.settle();
    if (!setting.link().isShaped()) {
      from.monitor.ask("migrate-set-parameters", Map.of("max-bandwidth", rate.bytesPerSecond()));
    }
    setting.link().rate(rate);
    double before = setting.link().bytes();
    from.monitor.ask("migrate", Map.of("uri", address));
    Map<String, Object> end = await(from.monitor);
    long first = to.lines.first(setting.work() == Work.COUNTER ? LINE_MILLIS : 0);
    double wire = setting.link().bytes() - before;
    close(from);
    side = to;
    Map<String, Object> ram = QmpClient.object(end.get("ram"));
    if (ram == null) {
      throw new BenchException("QEMU says nothing of RAM: " + end);
    }
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("rounds", number(ram, "dirty-sync-count"));
    return new Trip(
        number(ram, "transferred"),
        wire,
        number(end, "total-time"),
        number(end, "downtime"),
        Setting.gapMillis(from.lines.last(), first),
        more);
  }

  private static Map<String, Object> await(QmpClient monitor)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LIMIT_MILLIS * 1_000_000;
    while (true) {
      Map<String, Object> now = monitor.ask("query-migrate", Map.of());
      Object status = now.get("status");
      if ("completed".equals(status)) {
        return now;
      }
      if ("failed".equals(status) || System.nanoTime() > deadline) {
        throw new BenchException(
            "QEMU: the migration is " + status + " after " + LIMIT_MILLIS / 1000 + " s");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static double number(Map<String, Object> map, String field) {
    if (map.get(field) instanceof Number n) {
      return n.doubleValue();
    }
    throw new BenchException("QEMU says no " + field + ": " + map);
  }

  private static void close(Side side) throws IOException, InterruptedException {
    side.monitor.close();
    side.console.stop();
    side.reader.join();
    side.console.close();
  }

  @Override
  public void close() throws IOException {
    Side last = side;
    side = null;
    if (last != null) {
      try {
        close(last);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
