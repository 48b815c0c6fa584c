package org.replaymigrate.vkernel.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.replaymigrate.vkernel.asm.InstructionTable;

/** No instruction without a test of its own. */
class CompletenessTest {
  /** Those which no row can describe, by the class that tests them. */
  private static final List<String> ELSEWHERE =
      List.of(
          "auipc", // IntegerTest
          "jal jalr beq bne blt bge bltu bgeu c.j c.jr c.jalr c.beqz c.bnez fence.i", // ControlFlow
          "ecall ebreak c.ebreak mret sret", // TrapTest
          "csrrw csrrs csrrc csrrwi csrrsi csrrci", // CsrTest
          "sc.w sc.d", // GuardTest
          "wfi", // InterruptTest, GuardTest
          "sfence.vma", // TranslationTest
          "fence fence.tso c.nop"); // no effect on one hart but to go on

  @Test
  void everyInstructionIsTested() {
    Set<String> missing = new TreeSet<>();
    InstructionTable.all().stream()
        .map(instruction -> instruction.mnemonic().replaceAll("\\.(aq|rl|aqrl)$", ""))
        .forEach(missing::add);
    Stream.of(IntegerTest.ROWS, FloatTest.ROWS, MemoryTest.ROWS)
        .flatMap(List::stream)
        .forEach(row -> missing.remove(row.instruction().mnemonic()));
    ELSEWHERE.forEach(names -> Arrays.asList(names.split(" ", -1)).forEach(missing::remove));
    assertEquals(Set.of(), missing);
  }
}
