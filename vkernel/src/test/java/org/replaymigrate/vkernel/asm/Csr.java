package org.replaymigrate.vkernel.asm;

import java.util.Map;

/** Numbers of the control and status registers (privileged spec, table 2.2 and following). */
public final class Csr {
  public static final int FFLAGS = 0x001;
  public static final int FRM = 0x002;
  public static final int FCSR = 0x003;

  public static final int SSTATUS = 0x100;
  public static final int SIE = 0x104;
  public static final int STVEC = 0x105;
  public static final int SCOUNTEREN = 0x106;
  public static final int SENVCFG = 0x10a;
  public static final int SSCRATCH = 0x140;
  public static final int SEPC = 0x141;
  public static final int SCAUSE = 0x142;
  public static final int STVAL = 0x143;
  public static final int SIP = 0x144;
  public static final int STIMECMP = 0x14d;
  public static final int SATP = 0x180;

  public static final int MSTATUS = 0x300;
  public static final int MISA = 0x301;
  public static final int MEDELEG = 0x302;
  public static final int MIDELEG = 0x303;
  public static final int MIE = 0x304;
  public static final int MTVEC = 0x305;
  public static final int MCOUNTEREN = 0x306;
  public static final int MENVCFG = 0x30a;
  public static final int MCOUNTINHIBIT = 0x320;
  public static final int MSCRATCH = 0x340;
  public static final int MEPC = 0x341;
  public static final int MCAUSE = 0x342;
  public static final int MTVAL = 0x343;
  public static final int MIP = 0x344;

  /** Eight entries each: {@code pmpcfg0} and {@code pmpcfg2} on RV64. */
  public static final int PMPCFG0 = 0x3a0;

  public static final int PMPCFG2 = 0x3a2;

  /** The first of sixteen. */
  public static final int PMPADDR0 = 0x3b0;

  public static final int MCYCLE = 0xb00;
  public static final int MINSTRET = 0xb02;
  public static final int CYCLE = 0xc00;
  public static final int TIME = 0xc01;
  public static final int INSTRET = 0xc02;

  public static final int MVENDORID = 0xf11;
  public static final int MARCHID = 0xf12;
  public static final int MIMPID = 0xf13;
  public static final int MHARTID = 0xf14;
  public static final int MCONFIGPTR = 0xf15;

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(FFLAGS, "fflags"),
          Map.entry(FRM, "frm"),
          Map.entry(FCSR, "fcsr"),
          Map.entry(SSTATUS, "sstatus"),
          Map.entry(SIE, "sie"),
          Map.entry(STVEC, "stvec"),
          Map.entry(SCOUNTEREN, "scounteren"),
          Map.entry(SENVCFG, "senvcfg"),
          Map.entry(SSCRATCH, "sscratch"),
          Map.entry(SEPC, "sepc"),
          Map.entry(SCAUSE, "scause"),
          Map.entry(STVAL, "stval"),
          Map.entry(SIP, "sip"),
          Map.entry(STIMECMP, "stimecmp"),
          Map.entry(SATP, "satp"),
          Map.entry(MSTATUS, "mstatus"),
          Map.entry(MISA, "misa"),
          Map.entry(MEDELEG, "medeleg"),
          Map.entry(MIDELEG, "mideleg"),
          Map.entry(MIE, "mie"),
          Map.entry(MTVEC, "mtvec"),
          Map.entry(MCOUNTEREN, "mcounteren"),
          Map.entry(MENVCFG, "menvcfg"),
          Map.entry(MCOUNTINHIBIT, "mcountinhibit"),
          Map.entry(MSCRATCH, "mscratch"),
          Map.entry(MEPC, "mepc"),
          Map.entry(MCAUSE, "mcause"),
          Map.entry(MTVAL, "mtval"),
          Map.entry(MIP, "mip"),
          Map.entry(PMPCFG0, "pmpcfg0"),
          Map.entry(PMPCFG2, "pmpcfg2"),
          Map.entry(PMPADDR0, "pmpaddr0"),
          Map.entry(MCYCLE, "mcycle"),
          Map.entry(MINSTRET, "minstret"),
          Map.entry(CYCLE, "cycle"),
          Map.entry(TIME, "time"),
          Map.entry(INSTRET, "instret"),
          Map.entry(MVENDORID, "mvendorid"),
          Map.entry(MARCHID, "marchid"),
          Map.entry(MIMPID, "mimpid"),
          Map.entry(MHARTID, "mhartid"),
          Map.entry(MCONFIGPTR, "mconfigptr"));

  private Csr() {}

  /** {@code pmpaddr0} to {@code pmpaddr15}. */
  public static int pmpaddr(int entry) {
    return PMPADDR0 + entry;
  }

  /** A register's name, or its number in hexadecimal if it has none here. */
  public static String name(int number) {
    if (number > PMPADDR0 && number < PMPADDR0 + 16) {
      return "pmpaddr" + (number - PMPADDR0);
    }
    String name = NAMES.get(number);
    return name != null ? name : "0x" + Integer.toHexString(number);
  }

  /** The inverse of {@link #name}. */
  static int number(String name) {
    if (name.startsWith("pmpaddr")) {
      return pmpaddr(Integer.parseInt(name.substring("pmpaddr".length())));
    }
    for (Map.Entry<Integer, String> entry : NAMES.entrySet()) {
      if (entry.getValue().equals(name)) {
        return entry.getKey();
      }
    }
    return Integer.decode(name);
  }
}
