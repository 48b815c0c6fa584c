package org.replaymigrate.vkernel.cpu;

import org.replaymigrate.vkernel.decode.Opcode;
import org.replaymigrate.vkernel.decode.Operation;
import org.replaymigrate.vkernel.fpu.F32;
import org.replaymigrate.vkernel.fpu.F64;
import org.replaymigrate.vkernel.fpu.FpStatus;
import org.replaymigrate.vkernel.fpu.NanBox;
import org.replaymigrate.vkernel.fpu.RoundingMode;

/**
 * Executes the instructions of F and D, loads and stores apart (Unprivileged ISA, chapters 20, 21).
 */
final class FloatingPoint {
  private static final int DYNAMIC = 7;

  private final CsrFile csr;
  private final long[] x;
  private final long[] f;
  private final FpStatus status;

  FloatingPoint(Hart hart) {
    this.csr = hart.csr;
    this.status = hart.csr.accrued;
    this.x = hart.x;
    this.f = hart.f;
  }

  /** Executes an operation; false if it is illegal now (unit off, or no such rounding mode). */
  boolean execute(long op) {
    if (csr.floatingPointOff()) {
      return false;
    }
    int rm = (int) Operation.immediate(op);
    if (rm == DYNAMIC) {
      rm = csr.roundingMode;
    }
    if (!RoundingMode.isValid(rm)) {
      return false;
    }
    int opcode = Operation.opcode(op);
    if (opcode < Opcode.FLD) {
      executeSingle(op, opcode, rm);
    } else {
      executeDouble(op, opcode, rm);
    }
    csr.dirtyFloatingPoint();
    return true;
  }

  private void single(int d, int bits) {
    f[d] = NanBox.box(bits);
  }

  private void executeSingle(long op, int opcode, int rm) {
    int d = Operation.rd(op);
    int a = Operation.rs1(op);
    int b = Operation.rs2(op);
    int c = Operation.rs3(op);
    switch (opcode) {
      case Opcode.FMADD_S ->
          single(
              d, F32.fma(NanBox.unbox(f[a]), NanBox.unbox(f[b]), NanBox.unbox(f[c]), rm, status));
      case Opcode.FMSUB_S ->
          single(
              d,
              F32.fma(
                  NanBox.unbox(f[a]),
                  NanBox.unbox(f[b]),
                  NanBox.unbox(f[c]) ^ Integer.MIN_VALUE,
                  rm,
                  status));
      case Opcode.FNMSUB_S ->
          single(
              d,
              F32.fma(
                  NanBox.unbox(f[a]) ^ Integer.MIN_VALUE,
                  NanBox.unbox(f[b]),
                  NanBox.unbox(f[c]),
                  rm,
                  status));
      case Opcode.FNMADD_S ->
          single(
              d,
              F32.fma(
                  NanBox.unbox(f[a]) ^ Integer.MIN_VALUE,
                  NanBox.unbox(f[b]),
                  NanBox.unbox(f[c]) ^ Integer.MIN_VALUE,
                  rm,
                  status));
      case Opcode.FADD_S -> single(d, F32.add(NanBox.unbox(f[a]), NanBox.unbox(f[b]), rm, status));
      case Opcode.FSUB_S -> single(d, F32.sub(NanBox.unbox(f[a]), NanBox.unbox(f[b]), rm, status));
      case Opcode.FMUL_S -> single(d, F32.mul(NanBox.unbox(f[a]), NanBox.unbox(f[b]), rm, status));
      case Opcode.FDIV_S -> single(d, F32.div(NanBox.unbox(f[a]), NanBox.unbox(f[b]), rm, status));
      case Opcode.FSQRT_S -> single(d, F32.sqrt(NanBox.unbox(f[a]), rm, status));
      case Opcode.FSGNJ_S -> single(d, F32.copySign(NanBox.unbox(f[a]), NanBox.unbox(f[b])));
      case Opcode.FSGNJN_S ->
          single(d, F32.copySignNegated(NanBox.unbox(f[a]), NanBox.unbox(f[b])));
      case Opcode.FSGNJX_S -> single(d, F32.copySignXor(NanBox.unbox(f[a]), NanBox.unbox(f[b])));
      case Opcode.FMIN_S -> single(d, F32.min(NanBox.unbox(f[a]), NanBox.unbox(f[b]), status));
      case Opcode.FMAX_S -> single(d, F32.max(NanBox.unbox(f[a]), NanBox.unbox(f[b]), status));
      case Opcode.FEQ_S -> x[d] = F32.eq(NanBox.unbox(f[a]), NanBox.unbox(f[b]), status) ? 1 : 0;
      case Opcode.FLT_S -> x[d] = F32.lt(NanBox.unbox(f[a]), NanBox.unbox(f[b]), status) ? 1 : 0;
      case Opcode.FLE_S -> x[d] = F32.le(NanBox.unbox(f[a]), NanBox.unbox(f[b]), status) ? 1 : 0;
      case Opcode.FCLASS_S -> x[d] = F32.classify(NanBox.unbox(f[a]));
      case Opcode.FCVT_W_S -> x[d] = F32.toI32(NanBox.unbox(f[a]), rm, status);
      case Opcode.FCVT_WU_S -> x[d] = F32.toU32(NanBox.unbox(f[a]), rm, status);
      case Opcode.FCVT_L_S -> x[d] = F32.toI64(NanBox.unbox(f[a]), rm, status);
      case Opcode.FCVT_LU_S -> x[d] = F32.toU64(NanBox.unbox(f[a]), rm, status);
      case Opcode.FCVT_S_W -> single(d, F32.fromI32((int) x[a], rm, status));
      case Opcode.FCVT_S_WU -> single(d, F32.fromU32((int) x[a], rm, status));
      case Opcode.FCVT_S_L -> single(d, F32.fromI64(x[a], rm, status));
      case Opcode.FCVT_S_LU -> single(d, F32.fromU64(x[a], rm, status));
      case Opcode.FMV_X_W -> x[d] = (int) f[a];
      case Opcode.FMV_W_X -> single(d, (int) x[a]);
      default -> throw new IllegalStateException("no binary32 operation: " + opcode);
    }
  }

  private void executeDouble(long op, int opcode, int rm) {
    int d = Operation.rd(op);
    int a = Operation.rs1(op);
    int b = Operation.rs2(op);
    int c = Operation.rs3(op);
    switch (opcode) {
      case Opcode.FMADD_D -> f[d] = F64.fma(f[a], f[b], f[c], rm, status);
      case Opcode.FMSUB_D -> f[d] = F64.fma(f[a], f[b], f[c] ^ Long.MIN_VALUE, rm, status);
      case Opcode.FNMSUB_D -> f[d] = F64.fma(f[a] ^ Long.MIN_VALUE, f[b], f[c], rm, status);
      case Opcode.FNMADD_D ->
          f[d] = F64.fma(f[a] ^ Long.MIN_VALUE, f[b], f[c] ^ Long.MIN_VALUE, rm, status);
      case Opcode.FADD_D -> f[d] = F64.add(f[a], f[b], rm, status);
      case Opcode.FSUB_D -> f[d] = F64.sub(f[a], f[b], rm, status);
      case Opcode.FMUL_D -> f[d] = F64.mul(f[a], f[b], rm, status);
      case Opcode.FDIV_D -> f[d] = F64.div(f[a], f[b], rm, status);
      case Opcode.FSQRT_D -> f[d] = F64.sqrt(f[a], rm, status);
      case Opcode.FSGNJ_D -> f[d] = F64.copySign(f[a], f[b]);
      case Opcode.FSGNJN_D -> f[d] = F64.copySignNegated(f[a], f[b]);
      case Opcode.FSGNJX_D -> f[d] = F64.copySignXor(f[a], f[b]);
      case Opcode.FMIN_D -> f[d] = F64.min(f[a], f[b], status);
      case Opcode.FMAX_D -> f[d] = F64.max(f[a], f[b], status);
      case Opcode.FEQ_D -> x[d] = F64.eq(f[a], f[b], status) ? 1 : 0;
      case Opcode.FLT_D -> x[d] = F64.lt(f[a], f[b], status) ? 1 : 0;
      case Opcode.FLE_D -> x[d] = F64.le(f[a], f[b], status) ? 1 : 0;
      case Opcode.FCLASS_D -> x[d] = F64.classify(f[a]);
      case Opcode.FCVT_W_D -> x[d] = F64.toI32(f[a], rm, status);
      case Opcode.FCVT_WU_D -> x[d] = F64.toU32(f[a], rm, status);
      case Opcode.FCVT_L_D -> x[d] = F64.toI64(f[a], rm, status);
      case Opcode.FCVT_LU_D -> x[d] = F64.toU64(f[a], rm, status);
      case Opcode.FCVT_D_W -> f[d] = F64.fromI32((int) x[a]);
      case Opcode.FCVT_D_WU -> f[d] = F64.fromU32((int) x[a]);
      case Opcode.FCVT_D_L -> f[d] = F64.fromI64(x[a], rm, status);
      case Opcode.FCVT_D_LU -> f[d] = F64.fromU64(x[a], rm, status);
      case Opcode.FMV_X_D -> x[d] = f[a];
      case Opcode.FMV_D_X -> f[d] = x[a];
      case Opcode.FCVT_S_D -> single(d, F32.fromF64(f[a], rm, status));
      case Opcode.FCVT_D_S -> f[d] = F64.fromF32(NanBox.unbox(f[a]), status);
      default -> throw new IllegalStateException("no binary64 operation: " + opcode);
    }
  }
}
