package org.replaymigrate.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.link.Frame;

/**
 * What released versions have put on the wire, kept as they did: frames, one behind the other. A
 * message that is added to a version which has not been released yet goes behind the last one.
 */
class WireFixturesTest {
  private static List<byte[]> frames(String fixture) throws IOException {
    List<byte[]> frames = new ArrayList<>();
    try (InputStream file = WireFixturesTest.class.getResourceAsStream("/formats/" + fixture);
        DataInputStream in = new DataInputStream(file)) {
      while (true) {
        byte[] header = in.readNBytes(Frame.HEADER);
        if (header.length == 0) {
          return frames;
        }
        int length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt();
        byte[] frame = Arrays.copyOf(header, Frame.HEADER + length);
        in.readFully(frame, Frame.HEADER, length);
        frames.add(frame);
      }
    }
  }

  /** What version 1 says before it knows the other's version, or in answer to that. */
  @Test
  void whatVersion1SaysFirstIsUnderstoodAndSaidInTheSameWay() throws Exception {
    List<byte[]> frames = frames("wire-1");
    List<Class<?>> kinds =
        List.of(
            WireMessage.Hello.class,
            WireMessage.Refuse.class,
            WireMessage.Abort.class,
            WireMessage.Decide.class,
            WireMessage.Live.class);
    assertEquals(kinds.size(), frames.size());
    for (int i = 0; i < frames.size(); i++) {
      WireMessage message = WireFrames.open(frames.get(i), i, "peer");
      assertInstanceOf(kinds.get(i), message);
      assertArrayEquals(frames.get(i), new WireFrames().frame(message, i));
    }
  }

  @Test
  void aPeerOfVersion1IsRefusedWithASentence() throws Exception {
    WireMessage first = WireFrames.open(frames("wire-1").getFirst(), 0, "peer");
    WireMessage.Hello hello = assertInstanceOf(WireMessage.Hello.class, first);
    FormatException.TooOld refusal =
        assertThrows(
            FormatException.TooOld.class,
            () -> WireVersion.agree(hello.minVersion(), hello.maxVersion(), "source"));
    assertEquals(
        "source: speaks protocol version 1, too old; upgrade it to 2", refusal.getMessage());
    FormatException.TooNew newer =
        assertThrows(FormatException.TooNew.class, () -> WireVersion.agree(4, 5, "source"));
    assertEquals(
        "source: speaks protocol version 4, newer than 3; upgrade here", newer.getMessage());
    assertEquals(2, WireVersion.agree(1, 2, "source"));
    assertEquals(3, WireVersion.agree(2, 4, "source"));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void whatAVersionSaysIsUnderstoodAndSaidInTheSameWay(int version) throws Exception {
    ByteArrayOutputStream again = new ByteArrayOutputStream();
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    List<byte[]> frames = frames("wire-" + version);
    for (int i = 0; i < frames.size(); i++) {
      stored.writeBytes(frames.get(i));
      again.writeBytes(new WireFrames().frame(WireFrames.open(frames.get(i), i, "peer"), i));
    }
    assertArrayEquals(stored.toByteArray(), again.toByteArray());
  }
}
