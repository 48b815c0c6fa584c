package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.checkpoint.CheckpointImport;
import org.replaymigrate.protocol.checkpoint.CheckpointReader;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.protocol.wire.WireMessage;

/** The base checkpoint on its way from the wire to the disk. */
final class BaseFile {
  private final CheckpointFolder folder;
  private final Path part;

  BaseFile(CheckpointFolder folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.path());
    this.part = folder.path().resolve("base.part");
  }

  /** What has been received, before it is known which checkpoint it is. */
  Path part() {
    return part;
  }

  /**
   * Takes all of it; when this returns it is on the disk.
   *
   * @param first message of it, which has been received
   * @param silenceMillis for how long the source may say nothing
   */
  void receive(WireMessage first, WireConnection connection, int silenceMillis) throws IOException {
    WireMessage message = first;
    long received = 0;
    try (FileChannel out =
        FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (true) {
        switch (message) {
          case WireMessage.CheckpointPart p -> {
            ByteBuffer bytes = ByteBuffer.wrap(p.bytes());
            while (bytes.hasRemaining()) {
              out.write(bytes);
            }
            received += p.bytes().length;
            CrashPoint.DESTINATION_AMID_BASE.reached();
          }
          case WireMessage.CheckpointEnd end -> {
            if (end.bytes() != received) {
              throw new ReceptionException(
                  received + " bytes of a checkpoint of " + end.bytes(), false);
            }
            out.force(true);
            return;
          }
          case WireMessage.Survey s -> connection.send(SurveyDesk.answer());
          case WireMessage.Abort a ->
              throw new ReceptionException("the source gave up: " + a.reason(), false);
          case WireMessage m ->
              throw new ReceptionException("message " + m.id() + " within a checkpoint", false);
        }
        message = connection.receive(silenceMillis);
      }
    }
  }

  /** Makes it a checkpoint of this host, durably; what was received is no longer needed. */
  void become() throws IOException {
    try (CheckpointReader reader = folder.open(part)) {
      CheckpointImport.take(reader, folder);
    }
    Files.delete(part);
  }
}
