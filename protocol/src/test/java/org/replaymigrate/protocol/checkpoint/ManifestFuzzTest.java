package org.replaymigrate.protocol.checkpoint;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.replaymigrate.protocol.format.FormatException;

/**
 * A manifest with the right checksum is one, or is refused. Plays stored inputs; with {@code
 * JAZZER_FUZZ=1} it looks for more.
 */
class ManifestFuzzTest {
  @FuzzTest(maxDuration = "2m")
  void manifest(byte[] bytes) {
    for (int version : new int[] {1, 2}) {
      try {
        new ManifestCodec("here").decode(bytes, version);
      } catch (FormatException.Corrupt e) {
        // As it should be.
      }
    }
  }
}
