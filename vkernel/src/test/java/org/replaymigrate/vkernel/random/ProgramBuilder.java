package org.replaymigrate.vkernel.random;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.replaymigrate.vkernel.asm.Assembler;
import org.replaymigrate.vkernel.asm.Csr;
import org.replaymigrate.vkernel.asm.FReg;
import org.replaymigrate.vkernel.asm.Instruction;
import org.replaymigrate.vkernel.asm.Operand;
import org.replaymigrate.vkernel.asm.Reg;
import org.replaymigrate.vkernel.asm.Rounding;

/**
 * A program in the making: the code so far, and what is known of the machine at this point whatever
 * the data. The privilege mode is always known, and so is whether there is paging; what registers
 * and memory hold is not.
 */
final class ProgramBuilder {
  /** Privilege modes. */
  enum Mode {
    USER,
    SUPERVISOR,
    MACHINE
  }

  private final Assembler a;
  private final String name;
  private int labels;

  /** Registers which random instructions must leave alone for now. */
  private final Set<Reg> reserved = EnumSet.of(Reg.ZERO);

  private Randomness random = new Randomness(0);

  Mode mode = Mode.MACHINE;

  /** {@code satp.MODE}: 0, 8 or 9. */
  int paging;

  /** Exceptions that S-mode handles. */
  long medeleg;

  final Mappings mappings = new Mappings();

  /**
   * @param name begins every label of the program
   */
  ProgramBuilder(Assembler a, String name) {
    this.a = a;
    this.name = name;
  }

  Assembler code() {
    return a;
  }

  Randomness random() {
    return random;
  }

  /** Where the next step has its randomness from. */
  void use(Randomness random) {
    this.random = random;
  }

  String newLabel() {
    return name + "_" + labels++;
  }

  boolean translated() {
    return paging != 0 && mode != Mode.MACHINE;
  }

  /** A register for random instructions to read. */
  Reg source() {
    return Reg.x(random.below(32));
  }

  /** A register for random instructions to write, now and then x0. */
  Reg destination() {
    return random.oneIn(20) ? Reg.ZERO : register();
  }

  /** A register other than x0 that is not reserved, nor any of {@code others}. */
  Reg register(Reg... others) {
    while (true) {
      Reg register = Reg.x(random.below(32));
      if (!reserved.contains(register) && !List.of(others).contains(register)) {
        return register;
      }
    }
  }

  /** The same among x8 to x15, which most compressed instructions are limited to. */
  Reg compressedRegister(Reg... others) {
    while (true) {
      Reg register = Reg.x(random.between(8, 15));
      if (!reserved.contains(register) && !List.of(others).contains(register)) {
        return register;
      }
    }
  }

  FReg floatRegister() {
    return FReg.f(random.below(32));
  }

  void reserve(Reg register) {
    reserved.add(register);
  }

  void release(Reg register) {
    reserved.remove(register);
  }

  /**
   * An instruction with random operands.
   *
   * @param instruction one which neither jumps nor touches memory nor CSRs
   */
  void randomOperands(Instruction instruction) {
    if (instruction.syntax().startsWith("sp") && reserved.contains(Reg.SP)) {
      return;
    }
    List<Operand> fields = instruction.operands();
    Object[] operands = new Object[fields.size()];
    for (int i = 0; i < operands.length; i++) {
      operands[i] = operand(instruction, fields.get(i));
    }
    a.op(instruction.mnemonic(), operands);
  }

  private Object operand(Instruction instruction, Operand field) {
    return switch (field.kind()) {
      // In a compressed instruction the first register is both source and destination.
      case X -> field == Operand.RD ? destination() : source();
      case X_NONZERO -> instruction.mnemonic().equals("c.lui") ? register(Reg.SP) : register();
      case X_COMPRESSED -> compressedRegister();
      case F -> floatRegister();
      case F_COMPRESSED -> FReg.f(random.between(8, 15));
      case ROUNDING -> random.oneIn(2) ? Rounding.DYN.code() : random.below(5);
      default -> immediate(field);
    };
  }

  /** A value the field can hold, often an extreme one. */
  long immediate(Operand field) {
    while (true) {
      long value =
          switch (random.below(6)) {
            case 0 -> field.min();
            case 1 -> field.max();
            case 2 -> random.between(-2, 2) * (long) field.step();
            default ->
                field.min()
                    + (random.bits() >>> 33)
                        % ((field.max() - field.min()) / field.step() + 1)
                        * field.step();
          };
      if (field.takes(value)) {
        return value;
      }
    }
  }

  /** {@code rd = a random constant}. */
  void randomValue(Reg rd) {
    a.li(rd, random.value());
  }

  /** {@code base = address of label + offset}, in whatever address space the program is. */
  void address(Reg base, String label, int offset) {
    a.la(base, label);
    if (offset != 0) {
      Reg temporary = register(base);
      a.li(temporary, offset).add(base, base, temporary);
    }
  }

  /** Writes a constant to a CSR. */
  void writeCsr(int csr, long value) {
    Reg temporary = register();
    a.li(temporary, value).csrw(csr, temporary);
  }

  /** Sets and clears bits of a CSR. */
  void changeCsr(int csr, long clear, long set) {
    Reg temporary = register();
    if (clear != 0) {
      a.li(temporary, clear).csrc(csr, temporary);
    }
    if (set != 0) {
      a.li(temporary, set).csrs(csr, temporary);
    }
  }

  /** Ends in M-mode, whatever mode it is now. */
  void finish() {
    use(new Randomness(0));
    while (mode != Mode.MACHINE) {
      ModeSteps.raise(this);
    }
    DumpPrinter.emitFinish(a);
  }

  /** Allows the counters, so that {@link CsrSteps} may read them below M-mode. */
  void enableCounters(int mask) {
    writeCsr(Csr.MCOUNTEREN, mask);
  }
}
