package org.replaymigrate.bench.migration;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.bench.BenchException;
import org.replaymigrate.bench.host.ConsoleProcess;
import org.replaymigrate.bench.host.DebianFiles;
import org.replaymigrate.bench.host.Ours;

/**
 * Our own migration as users have it: {@code receive} on one side, {@code migrate} on the other.
 */
final class OurContender implements Contender {
  private static final Duration BOOT_LIMIT = Duration.ofMinutes(5);
  private static final Duration LISTEN_LIMIT = Duration.ofSeconds(60);
  private static final long LINE_MILLIS = 5_000;
  private static final String NAME = "bench";

  /** A process with the guest in it, the home it works in, and its console. */
  private record Side(Ours home, ConsoleProcess process, OurConsole console, boolean there) {}

  private final Setting setting;
  private final Ours base;
  private final List<String> options;
  private @Nullable Side side;

  private OurContender(Setting setting, Ours base, List<String> options) {
    this.setting = setting;
    this.base = base;
    this.options = options;
  }

  /**
   * Boots the guest and sets it to work.
   *
   * @param options more for {@code migrate}
   */
  static OurContender start(Setting setting, Ours ours, DebianFiles guest, List<String> options)
      throws IOException, InterruptedException {
    OurContender contender = new OurContender(setting, ours.elsewhere(), options);
    List<String> command = contender.base.linux(NAME, guest);
    FrameSource frames = setting.frames();
    if (frames != null) {
      command.addAll(List.of("--net", "stream=unix:" + frames.path() + ",mac=" + FrameSource.MAC));
    }
    ConsoleProcess process = ConsoleProcess.start(command);
    try {
      process.await(DebianFiles.PROMPT, BOOT_LIMIT);
      setting.begin(process);
      OurConsole console = OurConsole.follow(contender.base.vkernel(NAME));
      contender.side = new Side(contender.base, process, console, false);
      return contender;
    } catch (IOException | InterruptedException | RuntimeException e) {
      process.close();
      contender.base.close();
      throw e;
    }
  }

  @Override
  public Trip move(Link.Rate rate) throws IOException, InterruptedException {
    Side from = side;
    if (from == null) {
      throw new IllegalStateException("closed");
    }
    boolean there = !from.there;
    Ours home = there ? base.elsewhere() : base;
    String address = setting.link().address(there) + ":" + setting.link().freePort();
    ConsoleProcess process =
        ConsoleProcess.startMerged(setting.link().on(there, home.receive(address)));
    process.await("listening on", LISTEN_LIMIT);
    setting.settle();
    OurConsole console = OurConsole.follow(home.vkernel(NAME));
    Side to = new Side(home, process, console, there);
    setting.link().rate(rate);
    double before = setting.link().bytes();
    Map<String, Object> said;
    try {
      said = from.home.json(migrate(address, rate));
    } catch (BenchException e) {
      close(to);
      throw e;
    }
    long first = console.lines().first(setting.work() == Work.COUNTER ? LINE_MILLIS : 0);
    double wire = setting.link().bytes() - before;
    long last = from.console.end();
    close(from);
    side = to;
    Map<String, Object> more = new LinkedHashMap<>(said);
    return new Trip(
        number(said, "transferredBytes"),
        wire,
        number(said, "totalMillis"),
        number(said, "downtimeMillis"),
        Setting.gapMillis(last, first),
        more);
  }

  private String[] migrate(String address, Link.Rate rate) {
    List<String> command = new ArrayList<>(List.of("migrate", NAME, address, "--insecure"));
    command.addAll(options);
    if (!setting.link().isShaped()) {
      command.addAll(List.of("--bandwidth", "" + rate.bytesPerSecond()));
    }
    return command.toArray(String[]::new);
  }

  private static double number(Map<String, Object> map, String field) {
    if (map.get(field) instanceof Number n) {
      return n.doubleValue();
    }
    throw new BenchException("migrate --json says no " + field + ": " + map);
  }

  private void close(Side side) throws IOException {
    side.console.close();
    side.process.close();
    if (side.there) {
      side.home.close();
    }
  }

  @Override
  public void close() throws IOException {
    Side last = side;
    side = null;
    if (last != null) {
      close(last);
    }
    base.close();
  }
}
