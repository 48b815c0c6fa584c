package org.replaymigrate.vkernel.fpu;

import static org.replaymigrate.vkernel.fpu.Format.DOUBLE;
import static org.replaymigrate.vkernel.fpu.Format.SINGLE;

import java.math.BigInteger;

/**
 * Every operation that rounds, three times: as the machine calls it, as the soft layer defines it,
 * and as exact arithmetic has it. Binary32 encodings are zero-extended.
 */
@SuppressWarnings("ImmutableEnumChecker") // lambdas without captures
enum Operation {
  FADD_D(
      DOUBLE,
      (a, b, c, m, s) -> F64.add(a, b, m, s),
      (a, b, c, m, s) -> SoftF64.add(a, b, m, s),
      (a, b, c, m) -> Oracle.add(DOUBLE, a, b, m)),
  FSUB_D(
      DOUBLE,
      (a, b, c, m, s) -> F64.sub(a, b, m, s),
      (a, b, c, m, s) -> SoftF64.add(a, b ^ DOUBLE.sign(), m, s),
      (a, b, c, m) -> Oracle.sub(DOUBLE, a, b, m)),
  FMUL_D(
      DOUBLE,
      (a, b, c, m, s) -> F64.mul(a, b, m, s),
      (a, b, c, m, s) -> SoftF64.mul(a, b, m, s),
      (a, b, c, m) -> Oracle.mul(DOUBLE, a, b, m)),
  FDIV_D(
      DOUBLE,
      (a, b, c, m, s) -> F64.div(a, b, m, s),
      (a, b, c, m, s) -> SoftF64.div(a, b, m, s),
      (a, b, c, m) -> Oracle.div(DOUBLE, a, b, m)),
  FSQRT_D(
      DOUBLE,
      (a, b, c, m, s) -> F64.sqrt(a, m, s),
      (a, b, c, m, s) -> SoftF64.sqrt(a, m, s),
      (a, b, c, m) -> Oracle.sqrt(DOUBLE, a, m)),
  FMADD_D(DOUBLE, F64::fma, SoftFma::fma, (a, b, c, m) -> Oracle.fma(DOUBLE, a, b, c, m)),
  FADD_S(
      SINGLE,
      (a, b, c, m, s) -> zext(F32.add((int) a, (int) b, m, s)),
      (a, b, c, m, s) -> zext(SoftF32.add((int) a, (int) b, m, s)),
      (a, b, c, m) -> Oracle.add(SINGLE, a, b, m)),
  FSUB_S(
      SINGLE,
      (a, b, c, m, s) -> zext(F32.sub((int) a, (int) b, m, s)),
      (a, b, c, m, s) -> zext(SoftF32.add((int) a, (int) (b ^ SINGLE.sign()), m, s)),
      (a, b, c, m) -> Oracle.sub(SINGLE, a, b, m)),
  FMUL_S(
      SINGLE,
      (a, b, c, m, s) -> zext(F32.mul((int) a, (int) b, m, s)),
      (a, b, c, m, s) -> zext(SoftF32.mul((int) a, (int) b, m, s)),
      (a, b, c, m) -> Oracle.mul(SINGLE, a, b, m)),
  FDIV_S(
      SINGLE,
      (a, b, c, m, s) -> zext(F32.div((int) a, (int) b, m, s)),
      (a, b, c, m, s) -> zext(SoftF32.div((int) a, (int) b, m, s)),
      (a, b, c, m) -> Oracle.div(SINGLE, a, b, m)),
  FSQRT_S(
      SINGLE,
      (a, b, c, m, s) -> zext(F32.sqrt((int) a, m, s)),
      (a, b, c, m, s) -> zext(SoftF32.sqrt((int) a, m, s)),
      (a, b, c, m) -> Oracle.sqrt(SINGLE, a, m)),
  FMADD_S(
      SINGLE,
      (a, b, c, m, s) -> zext(F32.fma((int) a, (int) b, (int) c, m, s)),
      (a, b, c, m, s) -> zext(SoftF32.fma((int) a, (int) b, (int) c, m, s)),
      (a, b, c, m) -> Oracle.fma(SINGLE, a, b, c, m)),
  FCVT_S_D(
      DOUBLE,
      (a, b, c, m, s) -> zext(F32.fromF64(a, m, s)),
      (a, b, c, m, s) -> zext(SoftF32.narrow(a, m, s)),
      (a, b, c, m) -> Oracle.convert(DOUBLE, SINGLE, a, m)),
  FCVT_D_S(
      SINGLE,
      (a, b, c, m, s) -> F64.fromF32((int) a, s),
      (a, b, c, m, s) -> F64.fromF32((int) a, s),
      (a, b, c, m) -> Oracle.convert(SINGLE, DOUBLE, a, m)),
  FCVT_W_D(
      DOUBLE,
      (a, b, c, m, s) -> F64.toI32(a, m, s),
      (a, b, c, m, s) -> SoftInteger.toI32(a, m, s),
      (a, b, c, m) -> toSigned(DOUBLE, a, 32, m)),
  FCVT_WU_D(
      DOUBLE,
      (a, b, c, m, s) -> F64.toU32(a, m, s),
      (a, b, c, m, s) -> SoftInteger.toU32(a, m, s),
      (a, b, c, m) -> toUnsigned(DOUBLE, a, 32, m)),
  FCVT_L_D(
      DOUBLE,
      (a, b, c, m, s) -> F64.toI64(a, m, s),
      (a, b, c, m, s) -> SoftInteger.toI64(a, m, s),
      (a, b, c, m) -> toSigned(DOUBLE, a, 64, m)),
  FCVT_LU_D(
      DOUBLE,
      (a, b, c, m, s) -> F64.toU64(a, m, s),
      (a, b, c, m, s) -> SoftInteger.toU64(a, m, s),
      (a, b, c, m) -> toUnsigned(DOUBLE, a, 64, m)),
  FCVT_W_S(
      SINGLE,
      (a, b, c, m, s) -> F32.toI32((int) a, m, s),
      (a, b, c, m, s) -> SoftInteger.toI32(SoftF32.widen((int) a), m, s),
      (a, b, c, m) -> toSigned(SINGLE, a, 32, m)),
  FCVT_WU_S(
      SINGLE,
      (a, b, c, m, s) -> F32.toU32((int) a, m, s),
      (a, b, c, m, s) -> SoftInteger.toU32(SoftF32.widen((int) a), m, s),
      (a, b, c, m) -> toUnsigned(SINGLE, a, 32, m)),
  FCVT_L_S(
      SINGLE,
      (a, b, c, m, s) -> F32.toI64((int) a, m, s),
      (a, b, c, m, s) -> SoftInteger.toI64(SoftF32.widen((int) a), m, s),
      (a, b, c, m) -> toSigned(SINGLE, a, 64, m)),
  FCVT_LU_S(
      SINGLE,
      (a, b, c, m, s) -> F32.toU64((int) a, m, s),
      (a, b, c, m, s) -> SoftInteger.toU64(SoftF32.widen((int) a), m, s),
      (a, b, c, m) -> toUnsigned(SINGLE, a, 64, m)),
  FCVT_D_W(
      null,
      (a, b, c, m, s) -> F64.fromI32((int) a),
      (a, b, c, m, s) -> SoftInteger.toF64((int) a < 0, Math.abs((long) (int) a), m, s),
      (a, b, c, m) -> Oracle.fromInteger(DOUBLE, signed32(a), m)),
  FCVT_D_WU(
      null,
      (a, b, c, m, s) -> F64.fromU32((int) a),
      (a, b, c, m, s) -> SoftInteger.toF64(false, zext((int) a), m, s),
      (a, b, c, m) -> Oracle.fromInteger(DOUBLE, unsigned(zext((int) a)), m)),
  FCVT_D_L(
      null,
      (a, b, c, m, s) -> F64.fromI64(a, m, s),
      (a, b, c, m, s) -> SoftInteger.toF64(a < 0, Math.abs(a), m, s),
      (a, b, c, m) -> Oracle.fromInteger(DOUBLE, BigInteger.valueOf(a), m)),
  FCVT_D_LU(
      null,
      (a, b, c, m, s) -> F64.fromU64(a, m, s),
      (a, b, c, m, s) -> SoftInteger.toF64(false, a, m, s),
      (a, b, c, m) -> Oracle.fromInteger(DOUBLE, unsigned(a), m)),
  FCVT_S_W(
      null,
      (a, b, c, m, s) -> zext(F32.fromI32((int) a, m, s)),
      (a, b, c, m, s) -> zext(SoftInteger.toF32((int) a < 0, Math.abs((long) (int) a), m, s)),
      (a, b, c, m) -> Oracle.fromInteger(SINGLE, signed32(a), m)),
  FCVT_S_WU(
      null,
      (a, b, c, m, s) -> zext(F32.fromU32((int) a, m, s)),
      (a, b, c, m, s) -> zext(SoftInteger.toF32(false, zext((int) a), m, s)),
      (a, b, c, m) -> Oracle.fromInteger(SINGLE, unsigned(zext((int) a)), m)),
  FCVT_S_L(
      null,
      (a, b, c, m, s) -> zext(F32.fromI64(a, m, s)),
      (a, b, c, m, s) -> zext(SoftInteger.toF32(a < 0, Math.abs(a), m, s)),
      (a, b, c, m) -> Oracle.fromInteger(SINGLE, BigInteger.valueOf(a), m)),
  FCVT_S_LU(
      null,
      (a, b, c, m, s) -> zext(F32.fromU64(a, m, s)),
      (a, b, c, m, s) -> zext(SoftInteger.toF32(false, a, m, s)),
      (a, b, c, m) -> Oracle.fromInteger(SINGLE, unsigned(a), m));

  /** An implementation, on up to three operands. */
  interface Implementation {
    long apply(long a, long b, long c, int mode, FpStatus status);
  }

  /** The same by exact arithmetic. */
  interface Definition {
    Oracle.Result apply(long a, long b, long c, int mode);
  }

  /** The format of the operands; null for integers. */
  final Format operands;

  final Implementation fast;
  final Implementation soft;
  final Definition exact;

  Operation(Format operands, Implementation fast, Implementation soft, Definition exact) {
    this.operands = operands;
    this.fast = fast;
    this.soft = soft;
    this.exact = exact;
  }

  private static long zext(int bits) {
    return Integer.toUnsignedLong(bits);
  }

  private static BigInteger signed32(long value) {
    int low = (int) value;
    return BigInteger.valueOf(low);
  }

  private static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value));
  }

  private static Oracle.Result toSigned(Format format, long a, int width, int mode) {
    BigInteger limit = BigInteger.ONE.shiftLeft(width - 1);
    BigInteger max = limit.subtract(BigInteger.ONE);
    return Oracle.toInteger(format, a, limit.negate(), max, width, mode);
  }

  private static Oracle.Result toUnsigned(Format format, long a, int width, int mode) {
    BigInteger max = BigInteger.ONE.shiftLeft(width).subtract(BigInteger.ONE);
    return Oracle.toInteger(format, a, BigInteger.ZERO, max, width, mode);
  }
}
