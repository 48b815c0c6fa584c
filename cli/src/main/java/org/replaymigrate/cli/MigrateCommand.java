package org.replaymigrate.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.replaymigrate.protocol.home.RunningProcess;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.recorder.ship.Shipment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Live migration. */
@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description = {
      "Moves a running vkernel to a host where `receive` waits. It runs on here until the other"
          + " side has rebuilt its state; Ctrl-C gives up before that.",
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
      description = "How long the guest may stand still (default: ${DEFAULT-VALUE}).")
  private Duration maxDowntime = Duration.ofMillis(300);

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
    Map<String, Object> result =
        request(
            "migrate",
            Map.of(
                "host", to.host(),
                "port", to.port(),
                "maxDowntimeMillis", maxDowntime.toMillis()),
            MigrateCommand::show);
    if (Boolean.FALSE.equals(result.get("confirmed"))) {
      say(
          name()
              + ": belongs to "
              + to
              + " now, which has not confirmed it ("
              + result.get("reason")
              + "); run the same command again");
    }
    print(result, describe(name(), to.toString(), result));
    return DONE;
  }

  private int retell(Ownership owner) throws IOException {
    UUID transfer = Objects.requireNonNull(owner.transfer());
    if (!Shipment.retell(to.address(), owner.vkernel(), transfer)) {
      throw new CliException(FAILED, to + ": does not answer for " + name());
    }
    print(Map.of("confirmed", true), name() + ": " + to + " knows that it is the owner");
    return DONE;
  }

  static void show(Map<String, Object> progress) {
    StringBuilder line = new StringBuilder().append(progress.get("phase"));
    long sent = number(progress, "sentBytes");
    long total = number(progress, "totalBytes");
    long lag = number(progress, "lagInstructions");
    long remaining = number(progress, "remainingMillis");
    line.append(": ").append(Sizes.bytes(sent)).append(" sent");
    if (total > 0) {
      line.append(" of ").append(Sizes.bytes(total));
    }
    if (lag > 0) {
      line.append(String.format(Locale.ROOT, ", %,d instructions behind", lag));
    }
    if (remaining >= 0) {
      line.append(", about ").append(remaining).append(" ms left");
    }
    say(line.toString());
  }

  static long number(Map<String, Object> map, String key) {
    return map.get(key) instanceof Number n ? n.longValue() : 0;
  }

  /** What has moved, and what a copy of all memory would have. */
  static String describe(String name, String to, Map<String, Object> r) {
    return String.format(
        Locale.ROOT,
        "%s runs on %s: %s moved (base %s, log %s; all of its memory is %s) in %d ms, stopped for"
            + " %d ms, states %s",
        name,
        to,
        Sizes.bytes(number(r, "transferredBytes")),
        Sizes.bytes(number(r, "baseBytes")),
        Sizes.bytes(number(r, "logBytes")),
        Sizes.bytes(number(r, "memoryBytes")),
        number(r, "totalMillis"),
        number(r, "downtimeMillis"),
        Boolean.TRUE.equals(r.get("digestMatch")) ? "equal" : "differ");
  }
}
