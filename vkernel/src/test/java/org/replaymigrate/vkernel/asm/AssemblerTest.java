package org.replaymigrate.vkernel.asm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.replaymigrate.vkernel.asm.FReg.FA0;
import static org.replaymigrate.vkernel.asm.FReg.FA1;
import static org.replaymigrate.vkernel.asm.FReg.FA2;
import static org.replaymigrate.vkernel.asm.Reg.A0;
import static org.replaymigrate.vkernel.asm.Reg.A1;
import static org.replaymigrate.vkernel.asm.Reg.A2;
import static org.replaymigrate.vkernel.asm.Reg.RA;
import static org.replaymigrate.vkernel.asm.Reg.SP;
import static org.replaymigrate.vkernel.asm.Reg.T0;
import static org.replaymigrate.vkernel.asm.Reg.ZERO;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AssemblerTest {
  private static final long BASE = 0x8000_0000L;

  /** A line of the fixture: bits in hexadecimal, and the instruction at address 0x80000000. */
  private record Encoding(int word, int size, String text) {}

  private static List<Encoding> fixture() {
    try (InputStream in = AssemblerTest.class.getResourceAsStream("encodings.txt")) {
      assertNotNull(in);
      List<Encoding> rows = new ArrayList<>();
      for (String line :
          new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList()) {
        if (!line.startsWith("#")) {
          String[] columns = line.split(" +", 2);
          int word = Integer.parseUnsignedInt(columns[0], 16);
          rows.add(new Encoding(word, columns[0].length() / 2, columns[1]));
        }
      }
      return rows;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static int[] words(byte[] image) {
    int[] words = new int[image.length / 4];
    ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
    return words;
  }

  private static Assembler assembler() {
    return new Assembler(BASE);
  }

  @Test
  void fixtureKnowsEveryInstruction() {
    assertEquals(
        InstructionTable.all().stream().map(Instruction::mnemonic).sorted().toList(),
        fixture().stream().map(row -> row.text().split(" ", -1)[0]).distinct().sorted().toList());
  }

  @Test
  void textIsAssembledToTheBitsGnuAsMakesOfIt() {
    for (Encoding row : fixture()) {
      byte[] expected = new byte[row.size()];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = (byte) (row.word() >>> (8 * i));
      }
      assertArrayEquals(expected, assembler().asm(row.text()).assemble(), row.text());
    }
  }

  @Test
  void bitsAreDisassembledToTheirText() {
    for (Encoding row : fixture()) {
      assertEquals(row.text(), Disassembler.text(row.word(), BASE));
    }
  }

  @Test
  void methodsAssembleWhatTheirNamesSay() {
    int[] code =
        words(
            assembler()
                .addi(A0, A0, 1)
                .lw(A0, -4, SP)
                .sd(RA, 8, SP)
                .csrrw(ZERO, Csr.MTVEC, T0)
                .op("amoadd.w.aqrl", A0, A1, A2)
                .op("fadd.s", FA0, FA1, FA2)
                .op("fadd.s", FA0, FA1, FA2, Rounding.RTZ)
                .mret()
                .assemble());
    assertArrayEquals(
        new int[] {
          0x00150513,
          0xffc12503,
          0x00113423,
          0x30529073,
          0x06b6252f,
          0x00c5f553,
          0x00c59553,
          0x30200073
        },
        code);
  }

  @Test
  void everyMethodNamesAnInstructionThatTakesItsOperands() throws ReflectiveOperationException {
    int methods = 0;
    for (Method method : Mnemonics.class.getDeclaredMethods()) {
      if (!method.isDefault()) {
        continue;
      }
      Assembler assembler = assembler().label("here");
      Object[] arguments =
          Arrays.stream(method.getParameterTypes())
              .map(type ->
                  type == Reg.class
                      ? A0
                      : type == FReg.class ? FA0 : type == String.class ? "here" : (Object) 16)
              .toArray();
      method.invoke(assembler, arguments);
      byte[] code = assembler.assemble();
      assertEquals(4, code.length, method.getName());
      String name = method.getName().replaceAll("([A-Z])", ".$1").toLowerCase(Locale.ROOT);
      boolean pseudo = InstructionTable.all().stream().noneMatch(i -> i.mnemonic().equals(name));
      String text = Disassembler.text(words(code)[0], BASE);
      assertTrue(pseudo || text.split(" ", -1)[0].equals(name), name + " assembles " + text);
      methods++;
    }
    assertTrue(methods > 100, "only " + methods + " methods");
  }

  @Test
  void anyConstantCanBeLoaded() {
    List<Long> constants = new ArrayList<>(List.of(0L, -1L, Long.MAX_VALUE, Long.MIN_VALUE));
    for (int shift = 0; shift < 64; shift++) {
      for (long delta : new long[] {-2049, -2048, -1, 0, 1, 2047, 2048}) {
        constants.add((1L << shift) + delta);
        constants.add(-(1L << shift) + delta);
      }
    }
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      constants.add(random.nextLong() >> random.nextInt(64));
    }
    for (long constant : constants) {
      byte[] code = assembler().li(A0, constant).assemble();
      assertEquals(constant, evaluate(words(code)), () -> "li of " + Long.toHexString(constant));
      assertTrue(code.length <= 32, () -> Long.toHexString(constant) + " takes " + code.length);
    }
  }

  /** What a sequence of lui, addi, addiw and slli leaves in a0. */
  private static long evaluate(int[] code) {
    long a0 = 0xdead_beefL;
    for (int word : code) {
      String name = Disassembler.text(word, 0).split(" ", -1)[0];
      long source = (word >>> 15 & 31) == 0 ? 0 : a0;
      a0 =
          switch (name) {
            case "lui" -> word & 0xfffff000;
            case "addi" -> source + (word >> 20);
            case "addiw" -> (int) (source + (word >> 20));
            case "slli" -> source << (word >>> 20 & 63);
            default -> throw new AssertionError("li uses " + name);
          };
    }
    return a0;
  }

  @Test
  void labelsReachBackwardsAndForwards() {
    int[] code =
        words(
            assembler()
                .label("back")
                .bne(A0, A1, "forward")
                .j("back")
                .label("forward")
                .op("beq", A0, A1, -8)
                .assemble());
    assertArrayEquals(new int[] {0x00b51463, 0xffdff06f, 0xfeb50ce3}, code);
  }

  @Test
  void addressesAreLoadedRelativeToThePc() {
    Assembler a = assembler().la(A0, "far").call("near").label("near").org(BASE + 0x1800);
    int[] code = words(a.label("far").dword("near").assemble());
    assertArrayEquals(
        // auipc 2 and addi -2048; then auipc 0 and jalr 8
        new int[] {0x00002517, 0x80050513, 0x00000097, 0x008080e7}, Arrays.copyOf(code, 4));
    assertEquals(BASE + 16, Integer.toUnsignedLong(code[0x1800 / 4]));
    assertEquals(0, code[0x1804 / 4]);
  }

  @Test
  void compressedBranchesTakeLabels() {
    byte[] code = assembler().label("a").op("c.nop").op("c.beqz", A0, "a").assemble();
    assertEquals(
        "c.beqz a0,0x80000000", Disassembler.text((code[2] & 0xff) | code[3] << 8, BASE + 2));
  }

  @Test
  void dataAndAlignmentAreLaidOutAsAsked() {
    Assembler a = assembler().ascii("ab").bytes((byte) 1).align(4).half(0x0203).word(4).dword(-1);
    assertArrayEquals(
        new byte[] {'a', 'b', 1, 0, 3, 2, 4, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1},
        a.assemble());
    assertEquals(BASE + 18, a.here());
  }

  @Test
  void whatDoesNotFitIsRefusedWithItsBounds() {
    assertRefused("addi rd,rs1,i12: 2048 does not fit", () -> assembler().addi(A0, A0, 2048));
    assertRefused("takes rd,rs1,rs2", () -> assembler().op("add", A0, A0));
    assertRefused("does not take fa0", () -> assembler().op("add", A0, A0, FA0));
    assertRefused("c.lw", () -> assembler().op("c.lw", T0, 0, A0));
    assertRefused("c.lui has no encoding", () -> assembler().op("c.lui", SP, 1));
    assertRefused("c.addi", () -> assembler().op("c.addi", A0, 0));
    assertRefused("no instruction frob", () -> assembler().op("frob"));
    assertRefused("defined twice", () -> assembler().label("a").label("a"));
    assertRefused("label nowhere", () -> assembler().j("nowhere").assemble());
    assertRefused(
        "label far: bne rs1,rs2,b13: 4096 does not fit",
        () -> assembler().bne(A0, A1, "far").zero(4092).label("far").assemble());
    assertRefused("org to 7fffffff", () -> assembler().org(BASE - 1));
  }

  private static void assertRefused(String message, Runnable action) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void reservedEncodingsAndHintsHaveNoName() {
    assertEquals(".half 0x0000", Disassembler.text(0, BASE));
    assertEquals(".word 0xffffffff", Disassembler.text(-1, BASE));
    assertEquals(".half 0x0005", Disassembler.text(0x0005, BASE));
  }
}
