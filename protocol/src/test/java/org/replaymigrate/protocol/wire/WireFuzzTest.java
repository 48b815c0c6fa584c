package org.replaymigrate.protocol.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.page.PageDestination;

/**
 * Whatever a peer sends is a message or is refused as none. Plays stored inputs; with {@code
 * JAZZER_FUZZ=1} it looks for more.
 */
class WireFuzzTest {
  /** Takes pages and forgets them. */
  private enum Nowhere implements PageDestination {
    INSTANCE;

    @Override
    public int pages() {
      return PageBatch.MOST;
    }

    @Override
    public void restorePage(int page, MemorySegment content) {}

    @Override
    public void restoreZero(int page) {}
  }

  private static byte[] encode(WireMessage message) {
    Output out = new Output(1024, WireCodec.MAX_MESSAGE + 64);
    WireCodec.write(out, message);
    return out.toBytes();
  }

  @FuzzTest(maxDuration = "2m")
  void message(byte[] bytes) throws Exception {
    WireMessage message;
    try {
      message = WireCodec.read(new Input(bytes));
    } catch (FormatException.Corrupt e) {
      return;
    }
    byte[] encoded = encode(message);
    assertArrayEquals(encoded, encode(WireCodec.read(new Input(encoded))));
    try {
      switch (message) {
        case WireMessage.Events events -> new EventBatch().open(events);
        case WireMessage.Pages pages ->
            PageBatch.restore(
                pages, IntStream.range(0, PageBatch.MOST).boxed().toList(), Nowhere.INSTANCE);
        case WireMessage.LeapPages leap -> PageBatch.open(leap.compressed(), leap.pages().size());
        default -> {}
      }
    } catch (FormatException.Corrupt e) {
      // Refused one step later.
    }
  }
}
