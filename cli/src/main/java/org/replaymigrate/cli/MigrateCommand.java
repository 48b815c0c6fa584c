package org.replaymigrate.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jline.utils.Signals;
import org.replaymigrate.protocol.home.RunningProcess;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.link.Dialer;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.recorder.control.ControlException;
import org.replaymigrate.recorder.ship.Shipment;
import org.replaymigrate.recorder.ship.ShipmentOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Live migration. */
@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description = {
      "Moves a running vkernel to a host where `receive` waits. It runs on here until the other"
          + " side has rebuilt its state; until then Ctrl-C gives up, and it runs on here.",
      "After a migration whose end the destination has not confirmed, the same command tells it"
          + " once more."
    })
final class MigrateCommand extends VkernelCommand {
  @Parameters(
      index = "1",
      paramLabel = "HOST:PORT",
      converter = HostPort.Converter.class,
      description = "Where `receive` listens.")
  private HostPort to = new HostPort("", 0);

  @Option(
      names = "--max-downtime",
      paramLabel = "DURATION",
      converter = Sizes.Durations.class,
      description = {
        "How long the guest may stand still (default: 300ms): it is stopped when the other side"
            + " is expected to come up in time, and slowed down until that is so.",
        "A hand-over that then takes ten times as long, at least 5 s, is given up."
      })
  private Duration maxDowntime = ShipmentOptions.DEFAULT.maxDowntime();

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = Sizes.Durations.class,
      description = "After which it is given up, and the guest runs on here (default: 10m).")
  private Duration timeout = ShipmentOptions.DEFAULT.timeout();

  @Option(
      names = "--bandwidth",
      paramLabel = "SIZE",
      converter = Sizes.Bytes.class,
      description = "Bytes a second to send at most while the guest runs (default: no limit).")
  private long bandwidth;

  @Option(
      names = "--full-base",
      description =
          "Send all of its state, even if the other side holds an older one from an earlier trip.")
  private boolean fullBase;

  @Option(
      names = "--rehearse",
      description = {
        "Do all but the hand-over while it runs on here: compares the states, and tells for how"
            + " long it would have stood still. What the other side has got, it keeps for the"
            + " migration itself."
      })
  private boolean rehearse;

  @Mixin private PlanOptions planning = new PlanOptions();

  @Mixin private LinkOptions link = new LinkOptions();

  private static final int INTERRUPTED = 130;

  private volatile boolean cancelling;

  @Override
  int execute() throws IOException {
    VkernelFolder folder = folder();
    Optional<RunningProcess> running = folder.running();
    if (running.isEmpty() && folder.exists()) {
      Ownership owner = new OwnerFile(folder.owner()).read();
      if (owner != null && owner.state() == Ownership.State.GIVEN && owner.transfer() != null) {
        return retell(owner);
      }
    }
    if (planning.isPlan()) {
      Map<String, Object> answer = request("plan-migration", arguments());
      print(answer, PlanText.table(answer));
      return DONE;
    }
    Map<String, Object> result = migrate();
    if (rehearse) {
      print(result, rehearsed(name(), to.toString(), result));
      return Boolean.TRUE.equals(result.get("digestMatch")) ? DONE : DIVERGED;
    }
    if (Boolean.FALSE.equals(result.get("confirmed"))) {
      say(
          name()
              + ": belongs to "
              + to
              + " now, which has not confirmed it ("
              + result.get("reason")
              + "); run the same command again");
    }
    if (result.get("fullBaseBecause") != null) {
      say(
          "%s: the state that %s held could not be used (%s); all of it was sent"
              .formatted(name(), to, result.get("fullBaseBecause")));
    }
    if (result.get("divergence") != null) {
      say(
          "%s: the replay there had diverged (%s); %d pages were sent again"
              .formatted(name(), result.get("divergence"), number(result, "repairedPages")));
    }
    print(result, describe(name(), to.toString(), result) + PlanText.comparison(result));
    return DONE;
  }

  private Map<String, Object> migrate() throws IOException {
    Signals.register("INT", this::cancel);
    try (MigrationProgress progress = new MigrationProgress()) {
      return request("migrate", arguments(), progress::show);
    } catch (ControlException e) {
      if (cancelling && e.kind() == ControlException.Kind.FAILED) {
        throw new CliException(FAILED, name() + ": " + e.getMessage() + "; it runs on here");
      }
      throw e;
    }
  }

  private Map<String, Object> arguments() throws CliException {
    Map<String, Object> all = link.arguments();
    all.putAll(planning.arguments());
    all.put("host", to.host());
    all.put("port", to.port());
    all.put("maxDowntimeMillis", maxDowntime.toMillis());
    all.put("timeoutMillis", timeout.toMillis());
    all.put("bytesPerSecond", bandwidth);
    all.put("fullBase", fullBase);
    all.put("rehearsal", rehearse);
    return all;
  }

  /** The first time it asks the vkernel's process, which knows; the second time it just goes. */
  private void cancel() {
    if (cancelling) {
      Runtime.getRuntime().halt(INTERRUPTED);
    }
    cancelling = true;
    Thread.ofVirtual()
        .name("cancel")
        .start(() -> {
          try {
            Map<String, Object> answer = request("cancel-migration", Map.of());
            if (Boolean.FALSE.equals(answer.get("cancelled"))) {
              say(name() + ": too late, it belongs to " + to + " already");
            }
          } catch (IOException e) {
            say("cancelling: " + oneLine(e));
          }
        });
  }

  private int retell(Ownership owner) throws IOException {
    UUID transfer = Objects.requireNonNull(owner.transfer());
    Dialer dialer = new Dialer(to.host(), to.port(), link.security());
    if (!Shipment.retell(dialer, owner.vkernel(), transfer)) {
      throw new CliException(FAILED, to + ": does not answer for " + name());
    }
    print(Map.of("confirmed", true), name() + ": " + to + " knows that it is the owner");
    return DONE;
  }

  static long number(Map<String, Object> map, String key) {
    return map.get(key) instanceof Number n ? n.longValue() : 0;
  }

  private static String rehearsed(String name, String to, Map<String, Object> r) {
    return String.format(
        Locale.ROOT,
        "%s runs on here: %s moved to %s in %d ms, would have stood still for %d ms, states %s",
        name,
        Sizes.bytes(number(r, "transferredBytes")),
        to,
        number(r, "totalMillis"),
        number(r, "downtimeMillis"),
        Boolean.TRUE.equals(r.get("digestMatch")) ? "equal" : "differ");
  }

  /** What has moved, and what a copy of all memory would have. */
  static String describe(String name, String to, Map<String, Object> r) {
    return String.format(
        Locale.ROOT,
        "%s runs on %s: %s moved (base %s, log %s, pages %s; all of its memory is %s) in %d ms,"
            + " stopped for %d ms, states %s",
        name,
        to,
        Sizes.bytes(number(r, "transferredBytes")),
        Sizes.bytes(number(r, "baseBytes")),
        Sizes.bytes(number(r, "logBytes")),
        Sizes.bytes(number(r, "pageBytes")),
        Sizes.bytes(number(r, "memoryBytes")),
        number(r, "totalMillis"),
        number(r, "downtimeMillis"),
        Boolean.TRUE.equals(r.get("digestMatch")) ? "equal" : "differ");
  }
}
