package org.replaymigrate.protocol.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import org.replaymigrate.protocol.format.FormatException;

/**
 * Encoded inputs and states, of a log or a peer, are what they should be or are refused. Plays
 * stored inputs; with {@code JAZZER_FUZZ=1} it looks for more.
 */
class CodecFuzzTest {
  private static byte[] encode(org.replaymigrate.vkernel.port.Input input) {
    Output out = new Output(1024, InputCodec.MAX_BYTES + 16);
    new InputCodec().write(out, input);
    return out.toBytes();
  }

  @FuzzTest(maxDuration = "2m")
  void input(byte[] bytes) throws Exception {
    org.replaymigrate.vkernel.port.Input input;
    try {
      input = new InputCodec().read(new Input(bytes));
    } catch (FormatException.Corrupt | KryoException e) {
      return; // callers take both for the end of what can be read
    }
    byte[] encoded = encode(input);
    assertArrayEquals(encoded, encode(new InputCodec().read(new Input(encoded))));
  }

  @FuzzTest(maxDuration = "2m")
  void state(byte[] bytes) {
    try {
      new StateCodec().decodeState(bytes);
    } catch (FormatException.Corrupt e) {
      // As it should be.
    }
  }

  @FuzzTest(maxDuration = "2m")
  void config(byte[] bytes) {
    try {
      new StateCodec().decodeConfig(bytes);
    } catch (FormatException.Corrupt e) {
      // As it should be.
    }
  }
}
