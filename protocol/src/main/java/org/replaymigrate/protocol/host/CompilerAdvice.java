package org.replaymigrate.protocol.host;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
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
  static final String DIRECTIVES =
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
        add(file.toString());
      } finally {
        Files.delete(file);
      }
    } catch (IOException | JMException | RuntimeException e) {
      // It compiles these as it does all others.
    }
  }

  private static void add(String file) throws JMException {
    try {
      addDirectly(file);
    } catch (ReflectiveOperationException | RuntimeException e) {
      ManagementFactory.getPlatformMBeanServer()
          .invoke(
              new ObjectName("com.sun.management:type=DiagnosticCommand"),
              "compilerDirectivesAdd",
              new Object[] {new String[] {file}},
              new String[] {String[].class.getName()});
    }
  }

  /**
   * Where the JVM lets us (the jar's manifest asks it to). The other way makes a server with all
   * beans that the JVM has, of which one reads Flight Recorder's settings: half a second of a
   * processor in a process that has just begun; this takes a thirtieth of a second.
   *
   * @return what the command prints
   */
  static String addDirectly(String file) throws ReflectiveOperationException {
    // Loads the library with the native method.
    Class.forName("com.sun.management.internal.PlatformMBeanProviderImpl");
    Class<?> commands = Class.forName("com.sun.management.internal.DiagnosticCommandImpl");
    Method instance = commands.getDeclaredMethod("getDiagnosticCommandMBean");
    Method execute = commands.getDeclaredMethod("executeDiagnosticCommand", String.class);
    instance.setAccessible(true);
    execute.setAccessible(true);
    return String.valueOf(execute.invoke(instance.invoke(null), "Compiler.directives_add " + file));
  }
}
