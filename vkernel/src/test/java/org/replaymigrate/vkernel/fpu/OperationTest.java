package org.replaymigrate.vkernel.fpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both layers against exact arithmetic, and against each other, on random operands. */
class OperationTest {
  private static final long SEED = 0x5eed_f10a7L;

  @ParameterizedTest
  @EnumSource
  void everyModeGivesWhatExactArithmeticGives(Operation operation) {
    Operands operands = new Operands(SEED);
    FpStatus status = new FpStatus();
    for (int i = 0; i < 4_000; i++) {
      operands.next(operation.operands);
      for (int mode = RoundingMode.RNE; mode <= RoundingMode.RMM; mode++) {
        Oracle.Result expected = operation.exact.apply(operands.a, operands.b, operands.c, mode);
        status.flags = 0;
        long soft = operation.soft.apply(operands.a, operands.b, operands.c, mode, status);
        check(operation, "soft", operands, mode, expected, soft, status.flags);
        status.flags = 0;
        long fast = operation.fast.apply(operands.a, operands.b, operands.c, mode, status);
        check(operation, "fast", operands, mode, expected, fast, status.flags);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void fastPathsGiveTheDefinedResultAndFlagsWhateverIsSetAlready(Operation operation) {
    Operands operands = new Operands(~SEED);
    FpStatus soft = new FpStatus();
    FpStatus fast = new FpStatus();
    for (int i = 0; i < 500_000; i++) {
      operands.next(operation.operands);
      int mode = operands.mode();
      soft.flags = 0;
      fast.flags = 0;
      long defined = operation.soft.apply(operands.a, operands.b, operands.c, mode, soft);
      long result = operation.fast.apply(operands.a, operands.b, operands.c, mode, fast);
      if (result != defined || fast.flags != soft.flags) {
        Oracle.Result expected = new Oracle.Result(defined, soft.flags);
        check(operation, "fast", operands, mode, expected, result, fast.flags);
      }
      fast.flags = FpStatus.NX;
      result = operation.fast.apply(operands.a, operands.b, operands.c, mode, fast);
      if (result != defined || fast.flags != (soft.flags | FpStatus.NX)) {
        Oracle.Result expected = new Oracle.Result(defined, soft.flags | FpStatus.NX);
        check(operation, "fast after NX", operands, mode, expected, result, fast.flags);
      }
    }
  }

  private static void check(
      Operation operation,
      String layer,
      Operands operands,
      int mode,
      Oracle.Result expected,
      long bits,
      int flags) {
    if (bits != expected.bits() || flags != expected.flags()) {
      fail(
          "%s %s of %x %x %x in mode %d: expected %x flags %x, got %x flags %x"
              .formatted(
                  layer,
                  operation,
                  operands.a,
                  operands.b,
                  operands.c,
                  mode,
                  expected.bits(),
                  expected.flags(),
                  bits,
                  flags));
    }
  }

  @ParameterizedTest
  @EnumSource
  void operandsReachEveryFlagTheOperationHas(Operation operation) {
    Operands operands = new Operands(SEED);
    FpStatus status = new FpStatus();
    for (int i = 0; i < 100_000; i++) {
      operands.next(operation.operands);
      operation.soft.apply(operands.a, operands.b, operands.c, operands.mode(), status);
    }
    assertEquals(flagsOf(operation), status.flags);
  }

  private static int flagsOf(Operation operation) {
    return switch (operation) {
      case FADD_D, FSUB_D, FADD_S, FSUB_S -> FpStatus.NV | FpStatus.OF | FpStatus.NX;
      case FMUL_D, FMUL_S, FMADD_D, FMADD_S, FCVT_S_D ->
          FpStatus.NV | FpStatus.OF | FpStatus.UF | FpStatus.NX;
      case FDIV_D, FDIV_S -> FpStatus.NV | FpStatus.DZ | FpStatus.OF | FpStatus.UF | FpStatus.NX;
      case FCVT_D_S -> FpStatus.NV;
      case FCVT_D_W, FCVT_D_WU -> 0;
      case FCVT_D_L, FCVT_D_LU, FCVT_S_W, FCVT_S_WU, FCVT_S_L, FCVT_S_LU -> FpStatus.NX;
      default -> FpStatus.NV | FpStatus.NX;
    };
  }
}
