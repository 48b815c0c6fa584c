package org.replaymigrate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/** Subcommands are found by the names of their classes. */
class MainTest {
  @Test
  void subcommandsAreNamedAsTheirClasses() {
    for (Class<?> type : Main.SUBCOMMANDS) {
      assertEquals(type.getAnnotation(Command.class).name(), Main.name(type));
    }
  }
}
