package org.replaymigrate.protocol.host;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Tells HotSpot how to compile translated guest code: whoever warms a region up waits until C1 has
 * compiled it, so that no machine runs it in the JVM's interpreter. The JVM's options cannot say it
 * without printing a line on standard output.
 */
final class CompilerAdvice {
  private static final String DIRECTIVES =
      """
      [{
        match: ["org/replaymigrate/vkernel/cpu/Translated*.run"],
        c1: { BackgroundCompilation: false }
      }]
      """;

  private CompilerAdvice() {}

  /** Only speed depends on it: a JVM that does not take it goes on without. */
  static void give() {
    try {
      Path file = Files.createTempFile("replay-migrate", ".json");
      try {
        Files.writeString(file, DIRECTIVES);
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "compilerDirectivesAdd",
                new Object[] {new String[] {file.toString()}},
                new String[] {String[].class.getName()});
      } finally {
        Files.delete(file);
      }
    } catch (IOException | JMException | RuntimeException e) {
      // It compiles these as it does all others.
    }
  }
}
