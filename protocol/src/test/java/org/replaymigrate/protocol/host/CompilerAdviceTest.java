package org.replaymigrate.protocol.host;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a process of its own: the one that runs the tests has loaded what this must load. */
class CompilerAdviceTest {
  @TempDir Path temp;

  /** Prints what the JVM says to the directives in a file. */
  public static void main(String[] args) throws ReflectiveOperationException {
    System.out.print(CompilerAdvice.addDirectly(args[0]));
  }

  @Test
  void directivesAreAddedWithoutTheServerOfAllBeans() throws Exception {
    Path file = Files.writeString(temp.resolve("directives"), CompilerAdvice.DIRECTIVES);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                CompilerAdviceTest.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(answer.startsWith("1 compiler directives added"), answer);
  }
}
