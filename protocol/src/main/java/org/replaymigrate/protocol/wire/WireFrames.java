package org.replaymigrate.protocol.wire;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.IOException;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.link.Carrier;
import org.replaymigrate.protocol.link.Frame;

/** Messages in frames. For one thread at a time. */
final class WireFrames {
  private final Output buffer = new Output(1024, WireCodec.MAX_MESSAGE + 64);

  /** A message in its frame, the {@code number}-th of its direction. */
  byte[] frame(WireMessage message, long number) {
    buffer.reset();
    WireCodec.write(buffer, message);
    long counted = WireCodec.isUnnumbered(message.id()) ? Frame.UNNUMBERED : number;
    return Frame.of(buffer.getBuffer(), buffer.position(), counted);
  }

  /** A message of the link itself, which is not counted. */
  byte[] frame(WireMessage message) {
    return frame(message, Frame.UNNUMBERED);
  }

  /**
   * The message in a frame.
   *
   * @param number that it must have, if it has one
   * @throws FormatException.Corrupt if it is damaged, another one, or no message
   */
  static WireMessage open(byte[] frame, long number, String peer) throws FormatException.Corrupt {
    long counted = WireCodec.isUnnumbered(frame[Frame.HEADER]) ? Frame.UNNUMBERED : number;
    if (!Frame.isIntact(frame, counted)) {
      throw new FormatException.Corrupt(peer + ": a message was damaged on the way");
    }
    try {
      return WireCodec.read(new Input(frame, Frame.HEADER, frame.length - Frame.HEADER));
    } catch (FormatException.Corrupt e) {
      throw new FormatException.Corrupt(peer + ": " + e.getMessage());
    }
  }

  /**
   * Reads the first message of a carrier.
   *
   * @param silenceMillis how long it may take to come; 0: any time
   */
  static WireMessage first(Carrier carrier, int silenceMillis) throws IOException {
    byte[] frame = carrier.read(WireCodec.MAX_FIRST, silenceMillis);
    return open(frame, Frame.UNNUMBERED, carrier.peer());
  }

  /** Writes a message of the link itself. */
  static void send(Carrier carrier, WireMessage message) throws IOException {
    carrier.write(new WireFrames().frame(message));
    carrier.flush();
  }
}
