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
}
