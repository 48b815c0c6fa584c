package org.replaymigrate.vkernel.conformance;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.replaymigrate.vkernel.asm.Instruction;
import org.replaymigrate.vkernel.asm.InstructionTable;

/** Tables of what instructions do: a line each, {@code name operands = results}. */
final class Rows {
  /** A line of a table. */
  record Row(String text, Instruction instruction, List<String> operands, List<String> results) {
    long operand(int index) {
      return number(operands.get(index));
    }

    long result(int index) {
      return number(results.get(index));
    }
  }

  private Rows() {}

  static List<Row> read(String resource) {
    try (InputStream in = Rows.class.getResourceAsStream(resource)) {
      assertNotNull(in, resource);
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(Rows::parse)
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Row parse(String line) {
    String[] sides = line.split(" = ", -1);
    List<String> left = Arrays.asList(sides[0].split(" ", -1));
    return new Row(
        line,
        InstructionTable.get(left.getFirst()),
        left.subList(1, left.size()),
        Arrays.asList(sides[1].split(" ", -1)));
  }

  private static long number(String word) {
    return word.startsWith("0x")
        ? Long.parseUnsignedLong(word.substring(2), 16)
        : Long.parseLong(word);
  }
}
