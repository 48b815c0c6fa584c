package org.replaymigrate.vkernel.cpu;

/** Bits of {@code mstatus} and {@code sstatus} (Privileged ISA 20240411, section 3.1.6). */
final class Status {
  static final long SIE = 1L << 1;
  static final long MIE = 1L << 3;
  static final long SPIE = 1L << 5;
  static final long MPIE = 1L << 7;
  static final long SPP = 1L << 8;
  static final int MPP_SHIFT = 11;
  static final long MPP = 3L << MPP_SHIFT;
  static final long FS = 3L << 13;
  static final long MPRV = 1L << 17;
  static final long SUM = 1L << 18;
  static final long MXR = 1L << 19;
  static final long TVM = 1L << 20;
  static final long TW = 1L << 21;
  static final long TSR = 1L << 22;
  static final long SD = 1L << 63;

  /** UXL and SXL: both always 64 bits. */
  static final long XL = 2L << 32 | 2L << 34;

  /** What a write to {@code mstatus} can change. */
  static final long WRITABLE =
      SIE | MIE | SPIE | MPIE | SPP | MPP | FS | MPRV | SUM | MXR | TVM | TW | TSR;

  /** What a write to {@code sstatus} can change. */
  static final long SUPERVISOR_WRITABLE = SIE | SPIE | SPP | FS | SUM | MXR;

  /** What a read of {@code sstatus} shows. */
  static final long SUPERVISOR_VISIBLE = SUPERVISOR_WRITABLE | SD | 3L << 32;

  /** What decides how memory is accessed, and whether floating point may run. */
  static final long ACCESS = MPP | MPRV | SUM | MXR | FS;

  private Status() {}
}
