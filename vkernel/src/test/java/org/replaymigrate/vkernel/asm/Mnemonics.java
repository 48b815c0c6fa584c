package org.replaymigrate.vkernel.asm;

/**
 * The common instructions as methods, each a line over {@link #op}. Registers and immediates stand
 * in the order of the assembler language.
 */
interface Mnemonics {
  /** See {@link Assembler#op}. */
  Assembler op(String mnemonic, Object... operands);

  // Upper immediates and jumps. An immediate of lui and auipc is what goes to bits 31 to 12.

  default Assembler lui(Reg rd, int imm20) {
    return op("lui", rd, imm20);
  }

  default Assembler auipc(Reg rd, int imm20) {
    return op("auipc", rd, imm20);
  }

  default Assembler jal(Reg rd, String label) {
    return op("jal", rd, label);
  }

  default Assembler jalr(Reg rd, int offset, Reg rs1) {
    return op("jalr", rd, offset, rs1);
  }

  default Assembler beq(Reg rs1, Reg rs2, String label) {
    return op("beq", rs1, rs2, label);
  }

  default Assembler bne(Reg rs1, Reg rs2, String label) {
    return op("bne", rs1, rs2, label);
  }

  default Assembler blt(Reg rs1, Reg rs2, String label) {
    return op("blt", rs1, rs2, label);
  }

  default Assembler bge(Reg rs1, Reg rs2, String label) {
    return op("bge", rs1, rs2, label);
  }

  default Assembler bltu(Reg rs1, Reg rs2, String label) {
    return op("bltu", rs1, rs2, label);
  }

  default Assembler bgeu(Reg rs1, Reg rs2, String label) {
    return op("bgeu", rs1, rs2, label);
  }

  // Loads and stores.

  default Assembler lb(Reg rd, int offset, Reg base) {
    return op("lb", rd, offset, base);
  }

  default Assembler lh(Reg rd, int offset, Reg base) {
    return op("lh", rd, offset, base);
  }

  default Assembler lw(Reg rd, int offset, Reg base) {
    return op("lw", rd, offset, base);
  }

  default Assembler ld(Reg rd, int offset, Reg base) {
    return op("ld", rd, offset, base);
  }

  default Assembler lbu(Reg rd, int offset, Reg base) {
    return op("lbu", rd, offset, base);
  }

  default Assembler lhu(Reg rd, int offset, Reg base) {
    return op("lhu", rd, offset, base);
  }

  default Assembler lwu(Reg rd, int offset, Reg base) {
    return op("lwu", rd, offset, base);
  }

  default Assembler sb(Reg rs2, int offset, Reg base) {
    return op("sb", rs2, offset, base);
  }

  default Assembler sh(Reg rs2, int offset, Reg base) {
    return op("sh", rs2, offset, base);
  }

  default Assembler sw(Reg rs2, int offset, Reg base) {
    return op("sw", rs2, offset, base);
  }

  default Assembler sd(Reg rs2, int offset, Reg base) {
    return op("sd", rs2, offset, base);
  }

  default Assembler flw(FReg fd, int offset, Reg base) {
    return op("flw", fd, offset, base);
  }

  default Assembler fld(FReg fd, int offset, Reg base) {
    return op("fld", fd, offset, base);
  }

  default Assembler fsw(FReg fs2, int offset, Reg base) {
    return op("fsw", fs2, offset, base);
  }

  default Assembler fsd(FReg fs2, int offset, Reg base) {
    return op("fsd", fs2, offset, base);
  }

  // Integer computation.

  default Assembler addi(Reg rd, Reg rs1, int imm12) {
    return op("addi", rd, rs1, imm12);
  }

  default Assembler slti(Reg rd, Reg rs1, int imm12) {
    return op("slti", rd, rs1, imm12);
  }

  default Assembler sltiu(Reg rd, Reg rs1, int imm12) {
    return op("sltiu", rd, rs1, imm12);
  }

  default Assembler xori(Reg rd, Reg rs1, int imm12) {
    return op("xori", rd, rs1, imm12);
  }

  default Assembler ori(Reg rd, Reg rs1, int imm12) {
    return op("ori", rd, rs1, imm12);
  }

  default Assembler andi(Reg rd, Reg rs1, int imm12) {
    return op("andi", rd, rs1, imm12);
  }

  default Assembler addiw(Reg rd, Reg rs1, int imm12) {
    return op("addiw", rd, rs1, imm12);
  }

  default Assembler slli(Reg rd, Reg rs1, int shift) {
    return op("slli", rd, rs1, shift);
  }

  default Assembler srli(Reg rd, Reg rs1, int shift) {
    return op("srli", rd, rs1, shift);
  }

  default Assembler srai(Reg rd, Reg rs1, int shift) {
    return op("srai", rd, rs1, shift);
  }

  default Assembler slliw(Reg rd, Reg rs1, int shift) {
    return op("slliw", rd, rs1, shift);
  }

  default Assembler srliw(Reg rd, Reg rs1, int shift) {
    return op("srliw", rd, rs1, shift);
  }

  default Assembler sraiw(Reg rd, Reg rs1, int shift) {
    return op("sraiw", rd, rs1, shift);
  }

  default Assembler add(Reg rd, Reg rs1, Reg rs2) {
    return op("add", rd, rs1, rs2);
  }

  default Assembler sub(Reg rd, Reg rs1, Reg rs2) {
    return op("sub", rd, rs1, rs2);
  }

  default Assembler sll(Reg rd, Reg rs1, Reg rs2) {
    return op("sll", rd, rs1, rs2);
  }

  default Assembler slt(Reg rd, Reg rs1, Reg rs2) {
    return op("slt", rd, rs1, rs2);
  }

  default Assembler sltu(Reg rd, Reg rs1, Reg rs2) {
    return op("sltu", rd, rs1, rs2);
  }

  default Assembler xor(Reg rd, Reg rs1, Reg rs2) {
    return op("xor", rd, rs1, rs2);
  }

  default Assembler srl(Reg rd, Reg rs1, Reg rs2) {
    return op("srl", rd, rs1, rs2);
  }

  default Assembler sra(Reg rd, Reg rs1, Reg rs2) {
    return op("sra", rd, rs1, rs2);
  }

  default Assembler or(Reg rd, Reg rs1, Reg rs2) {
    return op("or", rd, rs1, rs2);
  }

  default Assembler and(Reg rd, Reg rs1, Reg rs2) {
    return op("and", rd, rs1, rs2);
  }

  default Assembler addw(Reg rd, Reg rs1, Reg rs2) {
    return op("addw", rd, rs1, rs2);
  }

  default Assembler subw(Reg rd, Reg rs1, Reg rs2) {
    return op("subw", rd, rs1, rs2);
  }

  default Assembler sllw(Reg rd, Reg rs1, Reg rs2) {
    return op("sllw", rd, rs1, rs2);
  }

  default Assembler srlw(Reg rd, Reg rs1, Reg rs2) {
    return op("srlw", rd, rs1, rs2);
  }

  default Assembler sraw(Reg rd, Reg rs1, Reg rs2) {
    return op("sraw", rd, rs1, rs2);
  }

  default Assembler mul(Reg rd, Reg rs1, Reg rs2) {
    return op("mul", rd, rs1, rs2);
  }

  default Assembler mulh(Reg rd, Reg rs1, Reg rs2) {
    return op("mulh", rd, rs1, rs2);
  }

  default Assembler mulhsu(Reg rd, Reg rs1, Reg rs2) {
    return op("mulhsu", rd, rs1, rs2);
  }

  default Assembler mulhu(Reg rd, Reg rs1, Reg rs2) {
    return op("mulhu", rd, rs1, rs2);
  }

  default Assembler div(Reg rd, Reg rs1, Reg rs2) {
    return op("div", rd, rs1, rs2);
  }

  default Assembler divu(Reg rd, Reg rs1, Reg rs2) {
    return op("divu", rd, rs1, rs2);
  }

  default Assembler rem(Reg rd, Reg rs1, Reg rs2) {
    return op("rem", rd, rs1, rs2);
  }

  default Assembler remu(Reg rd, Reg rs1, Reg rs2) {
    return op("remu", rd, rs1, rs2);
  }

  default Assembler mulw(Reg rd, Reg rs1, Reg rs2) {
    return op("mulw", rd, rs1, rs2);
  }

  default Assembler divw(Reg rd, Reg rs1, Reg rs2) {
    return op("divw", rd, rs1, rs2);
  }

  default Assembler divuw(Reg rd, Reg rs1, Reg rs2) {
    return op("divuw", rd, rs1, rs2);
  }

  default Assembler remw(Reg rd, Reg rs1, Reg rs2) {
    return op("remw", rd, rs1, rs2);
  }

  default Assembler remuw(Reg rd, Reg rs1, Reg rs2) {
    return op("remuw", rd, rs1, rs2);
  }

  // Atomics.

  default Assembler lrW(Reg rd, Reg base) {
    return op("lr.w", rd, base);
  }

  default Assembler lrD(Reg rd, Reg base) {
    return op("lr.d", rd, base);
  }

  default Assembler scW(Reg rd, Reg rs2, Reg base) {
    return op("sc.w", rd, rs2, base);
  }

  default Assembler scD(Reg rd, Reg rs2, Reg base) {
    return op("sc.d", rd, rs2, base);
  }

  // System.

  default Assembler fence() {
    return op("fence", 15, 15);
  }

  default Assembler fenceI() {
    return op("fence.i");
  }

  default Assembler ecall() {
    return op("ecall");
  }

  default Assembler ebreak() {
    return op("ebreak");
  }

  default Assembler mret() {
    return op("mret");
  }

  default Assembler sret() {
    return op("sret");
  }

  default Assembler wfi() {
    return op("wfi");
  }

  default Assembler sfenceVma(Reg address, Reg asid) {
    return op("sfence.vma", address, asid);
  }

  default Assembler sfenceVma() {
    return sfenceVma(Reg.ZERO, Reg.ZERO);
  }

  default Assembler csrrw(Reg rd, int csr, Reg rs1) {
    return op("csrrw", rd, csr, rs1);
  }

  default Assembler csrrs(Reg rd, int csr, Reg rs1) {
    return op("csrrs", rd, csr, rs1);
  }

  default Assembler csrrc(Reg rd, int csr, Reg rs1) {
    return op("csrrc", rd, csr, rs1);
  }

  default Assembler csrrwi(Reg rd, int csr, int imm5) {
    return op("csrrwi", rd, csr, imm5);
  }

  default Assembler csrrsi(Reg rd, int csr, int imm5) {
    return op("csrrsi", rd, csr, imm5);
  }

  default Assembler csrrci(Reg rd, int csr, int imm5) {
    return op("csrrci", rd, csr, imm5);
  }

  // Pseudo-instructions, as the unprivileged spec's table 25.2 and 25.3 expand them.

  default Assembler nop() {
    return addi(Reg.ZERO, Reg.ZERO, 0);
  }

  default Assembler mv(Reg rd, Reg rs) {
    return addi(rd, rs, 0);
  }

  default Assembler not(Reg rd, Reg rs) {
    return xori(rd, rs, -1);
  }

  default Assembler neg(Reg rd, Reg rs) {
    return sub(rd, Reg.ZERO, rs);
  }

  default Assembler negw(Reg rd, Reg rs) {
    return subw(rd, Reg.ZERO, rs);
  }

  default Assembler sextW(Reg rd, Reg rs) {
    return addiw(rd, rs, 0);
  }

  default Assembler seqz(Reg rd, Reg rs) {
    return sltiu(rd, rs, 1);
  }

  default Assembler snez(Reg rd, Reg rs) {
    return sltu(rd, Reg.ZERO, rs);
  }

  default Assembler sltz(Reg rd, Reg rs) {
    return slt(rd, rs, Reg.ZERO);
  }

  default Assembler sgtz(Reg rd, Reg rs) {
    return slt(rd, Reg.ZERO, rs);
  }

  default Assembler beqz(Reg rs, String label) {
    return beq(rs, Reg.ZERO, label);
  }

  default Assembler bnez(Reg rs, String label) {
    return bne(rs, Reg.ZERO, label);
  }

  default Assembler bgez(Reg rs, String label) {
    return bge(rs, Reg.ZERO, label);
  }

  default Assembler bltz(Reg rs, String label) {
    return blt(rs, Reg.ZERO, label);
  }

  default Assembler blez(Reg rs, String label) {
    return bge(Reg.ZERO, rs, label);
  }

  default Assembler bgtz(Reg rs, String label) {
    return blt(Reg.ZERO, rs, label);
  }

  default Assembler j(String label) {
    return jal(Reg.ZERO, label);
  }

  default Assembler jr(Reg rs) {
    return jalr(Reg.ZERO, 0, rs);
  }

  default Assembler ret() {
    return jr(Reg.RA);
  }

  default Assembler csrr(Reg rd, int csr) {
    return csrrs(rd, csr, Reg.ZERO);
  }

  default Assembler csrw(int csr, Reg rs) {
    return csrrw(Reg.ZERO, csr, rs);
  }

  default Assembler csrs(int csr, Reg rs) {
    return csrrs(Reg.ZERO, csr, rs);
  }

  default Assembler csrc(int csr, Reg rs) {
    return csrrc(Reg.ZERO, csr, rs);
  }

  default Assembler csrwi(int csr, int imm5) {
    return csrrwi(Reg.ZERO, csr, imm5);
  }

  default Assembler csrsi(int csr, int imm5) {
    return csrrsi(Reg.ZERO, csr, imm5);
  }

  default Assembler csrci(int csr, int imm5) {
    return csrrci(Reg.ZERO, csr, imm5);
  }
}
