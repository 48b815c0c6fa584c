package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.nio.file.Files;
import java.util.function.Consumer;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest;
import org.replaymigrate.protocol.fault.BitFlip;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.protocol.wire.WireMessage;

/**
 * Brings up the machine in the state that its replay begins with: one that this host holds, if the
 * source has chosen one and it is really so, or else a checkpoint that is sent.
 */
final class Beginning {
  private final WireConnection connection;
  private final Rebuilding machine;
  private final Keepsakes keepsakes;
  private final Consumer<String> listener;
  private final int silenceMillis;

  Beginning(
      WireConnection connection,
      Rebuilding machine,
      Keepsakes keepsakes,
      Consumer<String> listener,
      int silenceMillis) {
    this.connection = connection;
    this.machine = machine;
    this.keepsakes = keepsakes;
    this.listener = listener;
    this.silenceMillis = silenceMillis;
  }

  /** Does it; afterwards there are a machine and its log. */
  void run() throws IOException, InterruptedException {
    WireMessage first = connection.receive(silenceMillis);
    if (first instanceof WireMessage.Survey) {
      connection.send(SurveyDesk.answer());
      first = connection.receive(silenceMillis);
    }
    if (first instanceof WireMessage.BeginWith with) {
      String why = revive(with);
      connection.send(new WireMessage.Begun(why));
      if (!why.isEmpty()) {
        listener.accept("\"" + machine.folder().name() + "\": " + why + "; fetching all of it");
        receive(connection.receive(silenceMillis));
      }
    } else {
      receive(first);
    }
    BitFlip.reached(machine.hosted().machine().ram());
    CrashPoint.DESTINATION_RESTORED.reached();
  }

  /** Returns why it could not be done, or nothing. */
  private String revive(WireMessage.BeginWith with) throws InterruptedException {
    Keepsakes.Choice choice = keepsakes.find(with.mark());
    if (choice == null) {
      return "that state is not held here";
    }
    try {
      new Revival(machine).run(choice);
      return "";
    } catch (IOException e) {
      return e.getMessage() == null ? "failed" : e.getMessage();
    }
  }

  private void receive(WireMessage first) throws IOException {
    BaseFile file = new BaseFile(machine.folder().checkpoints());
    file.receive(first, connection, silenceMillis);
    CrashPoint.DESTINATION_BASE_RECEIVED.reached();
    long begin = System.nanoTime();
    CheckpointManifest manifest = machine.restore(file.part());
    machine.imports(new BaseImport(file, Files.size(file.part()), begin));
    machine.begin(manifest);
  }
}
