package org.replaymigrate.vkernel.cpu;

/**
 * Integer arithmetic that Java has no operator for, written once for all who execute (Unprivileged
 * ISA, chapters 12 (M) and 30 (B)).
 */
public final class Alu {
  private Alu() {}

  /** MULHSU: upper half of signed times unsigned. */
  public static long mulhsu(long a, long b) {
    return Math.multiplyHigh(a, b) + (a & b >> 63);
  }

  /** DIV: division by zero gives -1, overflow the dividend. */
  public static long div(long a, long b) {
    return b == 0 ? -1 : a / b;
  }

  public static long divu(long a, long b) {
    return b == 0 ? -1 : Long.divideUnsigned(a, b);
  }

  /** REM: by zero the dividend; overflow gives 0. */
  public static long rem(long a, long b) {
    return b == 0 ? a : a % b;
  }

  public static long remu(long a, long b) {
    return b == 0 ? a : Long.remainderUnsigned(a, b);
  }

  public static long divw(long a, long b) {
    return (int) b == 0 ? -1 : (int) a / (int) b;
  }

  public static long divuw(long a, long b) {
    return (int) b == 0 ? -1 : Integer.divideUnsigned((int) a, (int) b);
  }

  public static long remw(long a, long b) {
    return (int) b == 0 ? (int) a : (int) a % (int) b;
  }

  public static long remuw(long a, long b) {
    return (int) b == 0 ? (int) a : Integer.remainderUnsigned((int) a, (int) b);
  }

  public static int sllw(long a, long b) {
    return (int) a << (int) b;
  }

  public static int srlw(long a, long b) {
    return (int) a >>> (int) b;
  }

  public static int sraw(long a, long b) {
    return (int) a >> (int) b;
  }

  public static long sltu(long a, long b) {
    return a + Long.MIN_VALUE < b + Long.MIN_VALUE ? 1 : 0;
  }

  public static long maxu(long a, long b) {
    return sltu(a, b) != 0 ? b : a;
  }

  public static long minu(long a, long b) {
    return sltu(a, b) != 0 ? a : b;
  }

  /** ORC.B: every byte that is not zero becomes 0xff. */
  public static long orcb(long a) {
    long high = 0x8080808080808080L;
    long nonzero = ((a & ~high) + ~high | a) & high;
    return (nonzero >>> 7) * 0xff;
  }

  /** Zero-extends a word. */
  public static long uw(long a) {
    return a & 0xffff_ffffL;
  }

  /** SLT. */
  public static long slt(long a, long b) {
    return a < b ? 1 : 0;
  }

  public static long mulh(long a, long b) {
    return Math.multiplyHigh(a, b);
  }

  public static long mulhu(long a, long b) {
    return Math.unsignedMultiplyHigh(a, b);
  }

  public static long adduw(long a, long b) {
    return uw(a) + b;
  }

  public static long sh1add(long a, long b) {
    return (a << 1) + b;
  }

  public static long sh2add(long a, long b) {
    return (a << 2) + b;
  }

  public static long sh3add(long a, long b) {
    return (a << 3) + b;
  }

  public static long sh1adduw(long a, long b) {
    return (uw(a) << 1) + b;
  }

  public static long sh2adduw(long a, long b) {
    return (uw(a) << 2) + b;
  }

  public static long sh3adduw(long a, long b) {
    return (uw(a) << 3) + b;
  }

  public static long slliuw(long a, long shift) {
    return uw(a) << shift;
  }

  public static long andn(long a, long b) {
    return a & ~b;
  }

  public static long orn(long a, long b) {
    return a | ~b;
  }

  public static long xnor(long a, long b) {
    return ~(a ^ b);
  }

  public static long clz(long a) {
    return Long.numberOfLeadingZeros(a);
  }

  public static long ctz(long a) {
    return Long.numberOfTrailingZeros(a);
  }

  public static long cpop(long a) {
    return Long.bitCount(a);
  }

  public static long clzw(long a) {
    return Integer.numberOfLeadingZeros((int) a);
  }

  public static long ctzw(long a) {
    return Integer.numberOfTrailingZeros((int) a);
  }

  public static long cpopw(long a) {
    return Integer.bitCount((int) a);
  }

  public static long sextb(long a) {
    return (byte) a;
  }

  public static long sexth(long a) {
    return (short) a;
  }

  public static long zexth(long a) {
    return a & 0xffff;
  }

  public static long max(long a, long b) {
    return Math.max(a, b);
  }

  public static long min(long a, long b) {
    return Math.min(a, b);
  }

  public static long rol(long a, long b) {
    return Long.rotateLeft(a, (int) b);
  }

  /** ROR and RORI. */
  public static long ror(long a, long b) {
    return Long.rotateRight(a, (int) b);
  }

  public static long rolw(long a, long b) {
    return Integer.rotateLeft((int) a, (int) b);
  }

  /** RORW and RORIW. */
  public static long rorw(long a, long b) {
    return Integer.rotateRight((int) a, (int) b);
  }

  public static long rev8(long a) {
    return Long.reverseBytes(a);
  }

  /** BCLR and BCLRI. */
  public static long bclr(long a, long b) {
    return a & ~(1L << b);
  }

  /** BEXT and BEXTI. */
  public static long bext(long a, long b) {
    return a >>> b & 1;
  }

  /** BINV and BINVI. */
  public static long binv(long a, long b) {
    return a ^ 1L << b;
  }

  /** BSET and BSETI. */
  public static long bset(long a, long b) {
    return a | 1L << b;
  }
}
