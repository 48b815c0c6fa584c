package org.replaymigrate.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.format.FormatException;

class WireCodecTest {
  private static final UUID ID = new UUID(1, -2);
  private static final Digest128 DIGEST = new Digest128(-3, 4);
  private static final byte[] BYTES = {1, 2, 3};

  private static final WireMessage.Mark MARK = new WireMessage.Mark(9, 1L << 50, DIGEST);
  private static final WireMessage.Stop STOP =
      new WireMessage.Stop(8, 9, DIGEST, 1_700_000_000_000_000_000L);

  /** One of each, in the order of their ids. */
  private static List<WireMessage> all() {
    return List.of(
        new WireMessage.Hello(1, 2, ID, ID, 7, "box", BYTES),
        new WireMessage.Welcome(1, 60_000),
        new WireMessage.Refuse(true, "no"),
        new WireMessage.CheckpointPart(BYTES),
        new WireMessage.CheckpointEnd(1L << 40),
        new WireMessage.Events(1L << 33, 1L << 50, 3, BYTES),
        new WireMessage.Horizon(1L << 50),
        new WireMessage.Applied(8, 9),
        STOP,
        new WireMessage.Prepared(DIGEST),
        new WireMessage.Commit(),
        new WireMessage.Live(),
        new WireMessage.Abort("why"),
        new WireMessage.Decide(ID, ID, true),
        new WireMessage.Diverged(true, "event 5"),
        new WireMessage.AskNode(1, 2, 300),
        new WireMessage.Node(new byte[4096]),
        new WireMessage.AskPages(1, List.of(0, 5, 1 << 24)),
        new WireMessage.Pages(BYTES),
        new WireMessage.AskState(),
        new WireMessage.State(BYTES),
        new WireMessage.Landed(1, 1L << 40, 3, 4),
        new WireMessage.Holds(List.of(MARK, MARK)),
        new WireMessage.BeginWith(MARK),
        new WireMessage.Begun("damaged"),
        new WireMessage.Rehearse(STOP),
        new WireMessage.Rehearsed(DIGEST, 5, 6),
        new WireMessage.LeapBegin(),
        new WireMessage.LeapPages(1, List.of(0, 5, 1 << 24), BYTES),
        new WireMessage.LeapEnd(8, 1L << 50, DIGEST, -9, BYTES),
        new WireMessage.Survey(2, 3, ID),
        new WireMessage.Surveyed(1L << 33, 0),
        new WireMessage.Probe(BYTES),
        new WireMessage.Echo(1 << 17),
        new WireMessage.Alive(1L << 40, 5, 0, 0),
        new WireMessage.Resume(ID, 3),
        new WireMessage.Resumed(0),
        new WireMessage.Bye());
  }

  private static byte[] encode(WireMessage message) {
    Output out = new Output(1024, WireCodec.MAX_MESSAGE);
    WireCodec.write(out, message);
    return out.toBytes();
  }

  @Test
  void everyMessageComesBackAsItWas() throws Exception {
    int before = 0;
    for (WireMessage message : all()) {
      byte[] encoded = encode(message);
      WireMessage back = WireCodec.read(new Input(encoded));
      assertEquals(message.getClass(), back.getClass());
      assertArrayEquals(encoded, encode(back));
      assertEquals(message.id(), encoded[0]);
      assertTrue(encoded[0] > before, "ids in order");
      before = encoded[0];
    }
  }

  @Test
  void aMessageThatIsCutShortOrTooLongIsRefused() {
    for (WireMessage message : all()) {
      byte[] encoded = encode(message);
      for (int length = 0; length < Math.min(encoded.length, 100); length++) {
        byte[] cut = Arrays.copyOf(encoded, length);
        assertThrows(FormatException.Corrupt.class, () -> WireCodec.read(new Input(cut)));
      }
      byte[] longer = Arrays.copyOf(encoded, encoded.length + 1);
      assertThrows(FormatException.Corrupt.class, () -> WireCodec.read(new Input(longer)));
    }
  }

  @Test
  void unknownIdsAreRefused() {
    for (int id : new int[] {0, 28, 39, 47, 64, 127, -1}) {
      byte[] message = {(byte) id, 0, 0};
      assertThrows(FormatException.Corrupt.class, () -> WireCodec.read(new Input(message)));
    }
  }

  @Test
  void moreStatesThanADestinationMayNameAreRefused() {
    byte[] message =
        encode(new WireMessage.Holds(Collections.nCopies(WireMessage.Holds.MOST + 1, MARK)));
    assertThrows(FormatException.Corrupt.class, () -> WireCodec.read(new Input(message)));
  }

  @Test
  void moreThanABatchOfPagesIsNotAskedFor() {
    List<Integer> pages =
        new ArrayList<>(IntStream.rangeClosed(0, WireCodec.MAX_PAGES).boxed().toList());
    byte[] message = encode(new WireMessage.AskPages(0, pages));
    assertThrows(FormatException.Corrupt.class, () -> WireCodec.read(new Input(message)));
  }
}
