package org.replaymigrate.protocol.host;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompilerAdviceTest {
  @TempDir Path temp;

  @Test
  void directivesAreAddedWithoutTheServerOfAllBeans() throws Exception {
    Path file = Files.writeString(temp.resolve("directives"), CompilerAdvice.DIRECTIVES);
    String answer = CompilerAdvice.addDirectly(file.toString());
    assertTrue(answer.startsWith("1 compiler directives added"), answer);
  }
}
