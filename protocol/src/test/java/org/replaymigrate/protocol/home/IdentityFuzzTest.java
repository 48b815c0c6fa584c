package org.replaymigrate.protocol.home;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * An identity, which a stranger may have sent, is one or is refused. Plays stored inputs; with
 * {@code JAZZER_FUZZ=1} it looks for more.
 */
class IdentityFuzzTest {
  @FuzzTest(maxDuration = "2m")
  void identity(byte[] bytes) {
    try {
      VkernelIdentity.parse(new String(bytes, StandardCharsets.UTF_8), "here").named("box");
    } catch (IOException e) {
      // As it should be.
    }
  }
}
