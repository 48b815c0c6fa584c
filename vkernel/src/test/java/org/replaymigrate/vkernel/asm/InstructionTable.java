package org.replaymigrate.vkernel.asm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every instruction of RV64IMAFDC, Zicsr, Zifencei, Zba, Zbb and Zbs with the privileged ones: its
 * name, its operands as the assembler language writes them ({@link Operand} knows the fields), and
 * the bits that are fixed. Four hexadecimal digits are a compressed instruction, eight a full one.
 */
public final class InstructionTable {
  private static final String ROWS =
      """
      # RV64I
      lui          rd,u20               00000037
      auipc        rd,u20               00000017
      jal          rd,j21               0000006f
      jalr         rd,i12(rs1)          00000067
      beq          rs1,rs2,b13          00000063
      bne          rs1,rs2,b13          00001063
      blt          rs1,rs2,b13          00004063
      bge          rs1,rs2,b13          00005063
      bltu         rs1,rs2,b13          00006063
      bgeu         rs1,rs2,b13          00007063
      lb           rd,i12(rs1)          00000003
      lh           rd,i12(rs1)          00001003
      lw           rd,i12(rs1)          00002003
      ld           rd,i12(rs1)          00003003
      lbu          rd,i12(rs1)          00004003
      lhu          rd,i12(rs1)          00005003
      lwu          rd,i12(rs1)          00006003
      sb           rs2,s12(rs1)         00000023
      sh           rs2,s12(rs1)         00001023
      sw           rs2,s12(rs1)         00002023
      sd           rs2,s12(rs1)         00003023
      addi         rd,rs1,i12           00000013
      slti         rd,rs1,i12           00002013
      sltiu        rd,rs1,i12           00003013
      xori         rd,rs1,i12           00004013
      ori          rd,rs1,i12           00006013
      andi         rd,rs1,i12           00007013
      slli         rd,rs1,sh6           00001013
      srli         rd,rs1,sh6           00005013
      srai         rd,rs1,sh6           40005013
      add          rd,rs1,rs2           00000033
      sub          rd,rs1,rs2           40000033
      sll          rd,rs1,rs2           00001033
      slt          rd,rs1,rs2           00002033
      sltu         rd,rs1,rs2           00003033
      xor          rd,rs1,rs2           00004033
      srl          rd,rs1,rs2           00005033
      sra          rd,rs1,rs2           40005033
      or           rd,rs1,rs2           00006033
      and          rd,rs1,rs2           00007033
      addiw        rd,rs1,i12           0000001b
      slliw        rd,rs1,sh5           0000101b
      srliw        rd,rs1,sh5           0000501b
      sraiw        rd,rs1,sh5           4000501b
      addw         rd,rs1,rs2           0000003b
      subw         rd,rs1,rs2           4000003b
      sllw         rd,rs1,rs2           0000103b
      srlw         rd,rs1,rs2           0000503b
      sraw         rd,rs1,rs2           4000503b
      fence        pred,succ            0000000f
      fence.tso    -                    8330000f
      fence.i      -                    0000100f
      ecall        -                    00000073
      ebreak       -                    00100073
      # Zicsr and privileged
      csrrw        rd,csr,rs1           00001073
      csrrs        rd,csr,rs1           00002073
      csrrc        rd,csr,rs1           00003073
      csrrwi       rd,csr,z5            00005073
      csrrsi       rd,csr,z5            00006073
      csrrci       rd,csr,z5            00007073
      sret         -                    10200073
      mret         -                    30200073
      wfi          -                    10500073
      sfence.vma   rs1,rs2              12000073
      # M
      mul          rd,rs1,rs2           02000033
      mulh         rd,rs1,rs2           02001033
      mulhsu       rd,rs1,rs2           02002033
      mulhu        rd,rs1,rs2           02003033
      div          rd,rs1,rs2           02004033
      divu         rd,rs1,rs2           02005033
      rem          rd,rs1,rs2           02006033
      remu         rd,rs1,rs2           02007033
      mulw         rd,rs1,rs2           0200003b
      divw         rd,rs1,rs2           0200403b
      divuw        rd,rs1,rs2           0200503b
      remw         rd,rs1,rs2           0200603b
      remuw        rd,rs1,rs2           0200703b
      # A; each also with .aq, .rl and .aqrl
      lr.w         rd,(rs1)             1000202f
      sc.w         rd,rs2,(rs1)         1800202f
      amoswap.w    rd,rs2,(rs1)         0800202f
      amoadd.w     rd,rs2,(rs1)         0000202f
      amoxor.w     rd,rs2,(rs1)         2000202f
      amoand.w     rd,rs2,(rs1)         6000202f
      amoor.w      rd,rs2,(rs1)         4000202f
      amomin.w     rd,rs2,(rs1)         8000202f
      amomax.w     rd,rs2,(rs1)         a000202f
      amominu.w    rd,rs2,(rs1)         c000202f
      amomaxu.w    rd,rs2,(rs1)         e000202f
      lr.d         rd,(rs1)             1000302f
      sc.d         rd,rs2,(rs1)         1800302f
      amoswap.d    rd,rs2,(rs1)         0800302f
      amoadd.d     rd,rs2,(rs1)         0000302f
      amoxor.d     rd,rs2,(rs1)         2000302f
      amoand.d     rd,rs2,(rs1)         6000302f
      amoor.d      rd,rs2,(rs1)         4000302f
      amomin.d     rd,rs2,(rs1)         8000302f
      amomax.d     rd,rs2,(rs1)         a000302f
      amominu.d    rd,rs2,(rs1)         c000302f
      amomaxu.d    rd,rs2,(rs1)         e000302f
      # F
      flw          fd,i12(rs1)          00002007
      fsw          fs2,s12(rs1)         00002027
      fmadd.s      fd,fs1,fs2,fs3,rm    00000043
      fmsub.s      fd,fs1,fs2,fs3,rm    00000047
      fnmsub.s     fd,fs1,fs2,fs3,rm    0000004b
      fnmadd.s     fd,fs1,fs2,fs3,rm    0000004f
      fadd.s       fd,fs1,fs2,rm        00000053
      fsub.s       fd,fs1,fs2,rm        08000053
      fmul.s       fd,fs1,fs2,rm        10000053
      fdiv.s       fd,fs1,fs2,rm        18000053
      fsqrt.s      fd,fs1,rm            58000053
      fsgnj.s      fd,fs1,fs2           20000053
      fsgnjn.s     fd,fs1,fs2           20001053
      fsgnjx.s     fd,fs1,fs2           20002053
      fmin.s       fd,fs1,fs2           28000053
      fmax.s       fd,fs1,fs2           28001053
      fcvt.w.s     rd,fs1,rm            c0000053
      fcvt.wu.s    rd,fs1,rm            c0100053
      fcvt.l.s     rd,fs1,rm            c0200053
      fcvt.lu.s    rd,fs1,rm            c0300053
      fcvt.s.w     fd,rs1,rm            d0000053
      fcvt.s.wu    fd,rs1,rm            d0100053
      fcvt.s.l     fd,rs1,rm            d0200053
      fcvt.s.lu    fd,rs1,rm            d0300053
      fmv.x.w      rd,fs1               e0000053
      fmv.w.x      fd,rs1               f0000053
      feq.s        rd,fs1,fs2           a0002053
      flt.s        rd,fs1,fs2           a0001053
      fle.s        rd,fs1,fs2           a0000053
      fclass.s     rd,fs1               e0001053
      # D
      fld          fd,i12(rs1)          00003007
      fsd          fs2,s12(rs1)         00003027
      fmadd.d      fd,fs1,fs2,fs3,rm    02000043
      fmsub.d      fd,fs1,fs2,fs3,rm    02000047
      fnmsub.d     fd,fs1,fs2,fs3,rm    0200004b
      fnmadd.d     fd,fs1,fs2,fs3,rm    0200004f
      fadd.d       fd,fs1,fs2,rm        02000053
      fsub.d       fd,fs1,fs2,rm        0a000053
      fmul.d       fd,fs1,fs2,rm        12000053
      fdiv.d       fd,fs1,fs2,rm        1a000053
      fsqrt.d      fd,fs1,rm            5a000053
      fsgnj.d      fd,fs1,fs2           22000053
      fsgnjn.d     fd,fs1,fs2           22001053
      fsgnjx.d     fd,fs1,fs2           22002053
      fmin.d       fd,fs1,fs2           2a000053
      fmax.d       fd,fs1,fs2           2a001053
      fcvt.w.d     rd,fs1,rm            c2000053
      fcvt.wu.d    rd,fs1,rm            c2100053
      fcvt.l.d     rd,fs1,rm            c2200053
      fcvt.lu.d    rd,fs1,rm            c2300053
      fcvt.d.w     fd,rs1,rm            d2000053
      fcvt.d.wu    fd,rs1,rm            d2100053
      fcvt.d.l     fd,rs1,rm            d2200053
      fcvt.d.lu    fd,rs1,rm            d2300053
      fcvt.s.d     fd,fs1,rm            40100053
      fcvt.d.s     fd,fs1,rm            42000053
      fmv.x.d      rd,fs1               e2000053
      fmv.d.x      fd,rs1               f2000053
      feq.d        rd,fs1,fs2           a2002053
      flt.d        rd,fs1,fs2           a2001053
      fle.d        rd,fs1,fs2           a2000053
      fclass.d     rd,fs1               e2001053
      # Zba
      add.uw       rd,rs1,rs2           0800003b
      sh1add       rd,rs1,rs2           20002033
      sh2add       rd,rs1,rs2           20004033
      sh3add       rd,rs1,rs2           20006033
      sh1add.uw    rd,rs1,rs2           2000203b
      sh2add.uw    rd,rs1,rs2           2000403b
      sh3add.uw    rd,rs1,rs2           2000603b
      slli.uw      rd,rs1,sh6           0800101b
      # Zbb
      andn         rd,rs1,rs2           40007033
      orn          rd,rs1,rs2           40006033
      xnor         rd,rs1,rs2           40004033
      clz          rd,rs1               60001013
      ctz          rd,rs1               60101013
      cpop         rd,rs1               60201013
      clzw         rd,rs1               6000101b
      ctzw         rd,rs1               6010101b
      cpopw        rd,rs1               6020101b
      min          rd,rs1,rs2           0a004033
      minu         rd,rs1,rs2           0a005033
      max          rd,rs1,rs2           0a006033
      maxu         rd,rs1,rs2           0a007033
      sext.b       rd,rs1               60401013
      sext.h       rd,rs1               60501013
      zext.h       rd,rs1               0800403b
      rol          rd,rs1,rs2           60001033
      rolw         rd,rs1,rs2           6000103b
      ror          rd,rs1,rs2           60005033
      rorw         rd,rs1,rs2           6000503b
      rori         rd,rs1,sh6           60005013
      roriw        rd,rs1,sh5           6000501b
      orc.b        rd,rs1               28705013
      rev8         rd,rs1               6b805013
      # Zbs
      bclr         rd,rs1,rs2           48001033
      bext         rd,rs1,rs2           48005033
      binv         rd,rs1,rs2           68001033
      bset         rd,rs1,rs2           28001033
      bclri        rd,rs1,sh6           48001013
      bexti        rd,rs1,sh6           48005013
      binvi        rd,rs1,sh6           68001013
      bseti        rd,rs1,sh6           28001013
      # C, in the order of the specification's quadrants
      c.addi4spn   cdp,sp,ci4spn        0000
      c.fld        cfdp,cl8(cs1p)       2000
      c.lw         cdp,cl4(cs1p)        4000
      c.ld         cdp,cl8(cs1p)        6000
      c.fsd        cfdp,cl8(cs1p)       a000
      c.sw         cdp,cl4(cs1p)        c000
      c.sd         cdp,cl8(cs1p)        e000
      c.nop        -                    0001
      c.addi       cdn,ci6n             0001
      c.addiw      cdn,ci6              2001
      c.li         cdn,ci6              4001
      c.addi16sp   sp,ci16sp            6101
      c.lui        cdn,ci6n             6001
      c.srli       cs1p,csh6            8001
      c.srai       cs1p,csh6            8401
      c.andi       cs1p,ci6             8801
      c.sub        cs1p,cdp             8c01
      c.xor        cs1p,cdp             8c21
      c.or         cs1p,cdp             8c41
      c.and        cs1p,cdp             8c61
      c.subw       cs1p,cdp             9c01
      c.addw       cs1p,cdp             9c21
      c.j          cj12                 a001
      c.beqz       cs1p,cb9             c001
      c.bnez       cs1p,cb9             e001
      c.slli       cdn,csh6             0002
      c.fldsp      cfd,cl8sp(sp)        2002
      c.lwsp       cdn,cl4sp(sp)        4002
      c.ldsp       cdn,cl8sp(sp)        6002
      c.jr         cdn                  8002
      c.mv         cdn,cs2n             8002
      c.ebreak     -                    9002
      c.jalr       cdn                  9002
      c.add        cdn,cs2n             9002
      c.fsdsp      cfs2,cs8sp(sp)       a002
      c.swsp       cs2,cs4sp(sp)        c002
      c.sdsp       cs2,cs8sp(sp)        e002
      """;

  private static final Map<String, Instruction> BY_NAME = new LinkedHashMap<>();

  /** By the opcode, of a compressed instruction by the quadrant; the most specific first. */
  private static final Map<Integer, List<Instruction>> BY_OPCODE = new HashMap<>();

  static {
    for (String row : ROWS.lines().toList()) {
      if (!row.startsWith("#")) {
        addRow(row.split(" +", -1));
      }
    }
    for (Instruction instruction : BY_NAME.values()) {
      BY_OPCODE
          .computeIfAbsent(opcode(instruction.match()), key -> new ArrayList<>())
          .add(instruction);
    }
    Comparator<Instruction> mostSpecificFirst =
        Comparator.comparingInt(i -> -Integer.bitCount(i.mask()));
    BY_OPCODE.values().forEach(instructions -> instructions.sort(mostSpecificFirst));
  }

  private InstructionTable() {}

  private static void addRow(String[] columns) {
    String name = columns[0];
    String syntax = columns[1].equals("-") ? "" : columns[1];
    int match = Integer.parseUnsignedInt(columns[2], 16);
    int size = columns[2].length() / 2;
    add(Instruction.of(name, syntax, match, size));
    if ((match & 0x7f) == 0x2f && size == 4) {
      add(Instruction.of(name + ".aq", syntax, match | 1 << 26, size));
      add(Instruction.of(name + ".rl", syntax, match | 1 << 25, size));
      add(Instruction.of(name + ".aqrl", syntax, match | 3 << 25, size));
    }
  }

  private static int opcode(int word) {
    return (word & 3) == 3 ? word & 0x7f : word & 3;
  }

  private static void add(Instruction instruction) {
    BY_NAME.put(instruction.mnemonic(), instruction);
  }

  /** All instructions, in the order of the table. */
  public static List<Instruction> all() {
    return List.copyOf(BY_NAME.values());
  }

  /**
   * The instruction of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Instruction get(String mnemonic) {
    Instruction instruction = BY_NAME.get(mnemonic);
    if (instruction == null) {
      throw new IllegalArgumentException("no instruction " + mnemonic);
    }
    return instruction;
  }

  /**
   * What a word says.
   *
   * @param word the bits at the instruction's address; of a compressed one the upper half is
   *     ignored
   * @return null if it is no instruction of the table, a reserved encoding or a hint
   */
  public static @Nullable Instruction decode(int word) {
    for (Instruction instruction : BY_OPCODE.getOrDefault(opcode(word), List.of())) {
      if (instruction.matches(word)) {
        return instruction;
      }
    }
    return null;
  }
}
