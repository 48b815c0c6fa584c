package org.replaymigrate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LineReturnsTest {
  @Test
  void eachLineBeginsAtTheLeft() {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(new LineReturns(terminal), true, StandardCharsets.UTF_8);
    out.print("one\ntwo\n\nthree");
    out.flush();
    assertEquals("one\r\ntwo\r\n\r\nthree", terminal.toString(StandardCharsets.UTF_8));
  }
}
