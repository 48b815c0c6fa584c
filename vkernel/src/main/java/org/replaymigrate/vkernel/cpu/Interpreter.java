package org.replaymigrate.vkernel.cpu;

import org.replaymigrate.vkernel.decode.Block;
import org.replaymigrate.vkernel.decode.CodeCache;
import org.replaymigrate.vkernel.decode.Opcode;
import org.replaymigrate.vkernel.decode.Operation;
import org.replaymigrate.vkernel.memory.Ram;
import org.replaymigrate.vkernel.memory.RawMemory;
import org.replaymigrate.vkernel.memory.Tlb;

/**
 * Runs decoded blocks. The frequent instructions stand in the loop below; the others are a call
 * away ({@link RareOperations}), because HotSpot compiles no method of more than 8000 bytes of
 * bytecode.
 *
 * <p>Counting is by block: {@code count} is what had been executed when the block began. An
 * operation that may trap or look at the count stores the exact one in {@code hart.executed} first.
 */
final class Interpreter {
  private static final long PAGE_MASK = -Ram.PAGE_SIZE;

  static {
    Region.load();
  }

  private final Hart hart;
  private final MemoryAccess memory;
  private final Loads loads;
  private final RareOperations rare;

  Interpreter(Hart hart) {
    this.hart = hart;
    this.memory = hart.memory;
    this.loads = new Loads(hart);
    this.rare = new RareOperations(hart);
  }

  /**
   * Executes until {@code hart.executed} is {@code limit} or the machine has something to do.
   *
   * @return false if the machine has something to do, also when the limit is reached as well
   */
  boolean run(long limit) {
    final long[] x = hart.x;
    final long[] reads = hart.tlb.read;
    final long[] writes = hart.tlb.write;
    final RawMemory ram = hart.ram.raw();
    final int hot = hart.hotCode.threshold();
    CodeCache.Page code = CodeCache.NOTHING;
    long page = 1; // no page begins there
    long context = 0;
    long pc = hart.pc;
    long count = hart.executed;
    // Where the machine happened to stop is no place to translate from: no jump leads there.
    long resumed = pc;
    hart.attention |= Hart.MODE | Hart.INTERRUPT;
    hart.depth = 0;
    hart.hotCode.poll(count - hart.polled);
    hart.polled = count;

    blocks:
    while (true) {
      if (hart.attention != 0) {
        hart.pc = pc;
        hart.executed = count;
        if (!attend()) {
          return false;
        }
        pc = hart.pc;
        context = hart.context;
        page = 1;
      }
      if (count >= limit) {
        break;
      }
      if ((pc & PAGE_MASK) != page) {
        CodeCache.Page next = memory.fetchPage(pc);
        if (next == null) {
          hart.executed = ++count;
          hart.traps.exception(memory.cause, memory.value, pc);
          pc = hart.pc;
          continue;
        }
        code = next;
        page = pc & PAGE_MASK;
      }
      Block block = code.blocks[(int) pc >>> 1 & Ram.PAGE_SIZE / 2 - 1];
      if (block == null) {
        block = memory.fetchBlock(code, pc);
        if (block == null) {
          hart.executed = ++count;
          hart.traps.exception(memory.cause, memory.value, pc);
          pc = hart.pc;
          continue;
        }
      }
      if (block.translated != null) {
        final Region region = (Region) block.translated;
        if (region.longest <= limit - count && (hart.plainFloat || !region.floating)) {
          final int budget = (int) Math.min(limit - count, region.budget());
          hart.left = budget;
          hart.horizon = count + budget;
          region.entered = true;
          hart.activity = Activity.TRANSLATED;
          final long next = region.run(hart, pc);
          hart.activity = Activity.INTERPRETING;
          final int executed = budget - hart.left;
          region.instructions += executed;
          count += executed;
          hart.translated += executed;
          if (executed > 0) {
            pc = next;
            continue;
          }
        }
      } else if (pc != resumed && ++block.heat == hot) {
        hart.hotCode.hot(code, (int) pc & Ram.PAGE_SIZE - 1, block);
      }
      resumed = 1;
      final long[] operations = block.operations;
      final int end = (int) Math.min(operations.length, limit - count);
      for (int i = 0; i < end; i++) {
        final long op = operations[i];
        switch ((int) op & 0x1ff) {
          case Opcode.LUI -> x[(int) op >>> 10 & 63] = (op >> 32);
          case Opcode.AUIPC -> x[(int) op >>> 10 & 63] = pc + (op >> 32);
          case Opcode.ADDI -> x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] + (op >> 32);
          case Opcode.SLTI ->
              x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] < (op >> 32) ? 1 : 0;
          case Opcode.SLTIU ->
              x[(int) op >>> 10 & 63] = Alu.sltu(x[(int) op >>> 16 & 31], (op >> 32));
          case Opcode.XORI -> x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] ^ (op >> 32);
          case Opcode.ORI -> x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] | (op >> 32);
          case Opcode.ANDI -> x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] & (op >> 32);
          case Opcode.SLLI -> x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] << (int) (op >> 32);
          case Opcode.SRLI ->
              x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] >>> (int) (op >> 32);
          case Opcode.SRAI -> x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] >> (int) (op >> 32);
          case Opcode.ADDIW ->
              x[(int) op >>> 10 & 63] = (int) (x[(int) op >>> 16 & 31] + (op >> 32));
          case Opcode.SLLIW ->
              x[(int) op >>> 10 & 63] = Alu.sllw(x[(int) op >>> 16 & 31], op >> 32);
          case Opcode.SRLIW ->
              x[(int) op >>> 10 & 63] = Alu.srlw(x[(int) op >>> 16 & 31], op >> 32);
          case Opcode.SRAIW ->
              x[(int) op >>> 10 & 63] = Alu.sraw(x[(int) op >>> 16 & 31], op >> 32);
          case Opcode.ADD ->
              x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] + x[(int) op >>> 21 & 31];
          case Opcode.SUB ->
              x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] - x[(int) op >>> 21 & 31];
          case Opcode.SLL ->
              x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] << (int) x[(int) op >>> 21 & 31];
          case Opcode.SLT ->
              x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] < x[(int) op >>> 21 & 31] ? 1 : 0;
          case Opcode.SLTU ->
              x[(int) op >>> 10 & 63] = Alu.sltu(x[(int) op >>> 16 & 31], x[(int) op >>> 21 & 31]);
          case Opcode.XOR ->
              x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] ^ x[(int) op >>> 21 & 31];
          case Opcode.SRL ->
              x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] >>> (int) x[(int) op >>> 21 & 31];
          case Opcode.SRA ->
              x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] >> (int) x[(int) op >>> 21 & 31];
          case Opcode.OR ->
              x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] | x[(int) op >>> 21 & 31];
          case Opcode.AND ->
              x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] & x[(int) op >>> 21 & 31];
          case Opcode.ADDW ->
              x[(int) op >>> 10 & 63] = (int) (x[(int) op >>> 16 & 31] + x[(int) op >>> 21 & 31]);
          case Opcode.SUBW ->
              x[(int) op >>> 10 & 63] = (int) (x[(int) op >>> 16 & 31] - x[(int) op >>> 21 & 31]);
          case Opcode.SLLW ->
              x[(int) op >>> 10 & 63] = Alu.sllw(x[(int) op >>> 16 & 31], x[(int) op >>> 21 & 31]);
          case Opcode.SRLW ->
              x[(int) op >>> 10 & 63] = Alu.srlw(x[(int) op >>> 16 & 31], x[(int) op >>> 21 & 31]);
          case Opcode.SRAW ->
              x[(int) op >>> 10 & 63] = Alu.sraw(x[(int) op >>> 16 & 31], x[(int) op >>> 21 & 31]);
          case Opcode.MUL ->
              x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] * x[(int) op >>> 21 & 31];
          case Opcode.MULW ->
              x[(int) op >>> 10 & 63] = (int) (x[(int) op >>> 16 & 31] * x[(int) op >>> 21 & 31]);
          case Opcode.ADD_UW ->
              x[(int) op >>> 10 & 63] = Alu.uw(x[(int) op >>> 16 & 31]) + x[(int) op >>> 21 & 31];
          case Opcode.SH1ADD ->
              x[(int) op >>> 10 & 63] = (x[(int) op >>> 16 & 31] << 1) + x[(int) op >>> 21 & 31];
          case Opcode.SH2ADD ->
              x[(int) op >>> 10 & 63] = (x[(int) op >>> 16 & 31] << 2) + x[(int) op >>> 21 & 31];
          case Opcode.SH3ADD ->
              x[(int) op >>> 10 & 63] = (x[(int) op >>> 16 & 31] << 3) + x[(int) op >>> 21 & 31];
          case Opcode.ZEXT_H -> x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] & 0xffff;
          case Opcode.SEXT_B -> x[(int) op >>> 10 & 63] = (byte) x[(int) op >>> 16 & 31];
          case Opcode.SEXT_H -> x[(int) op >>> 10 & 63] = (short) x[(int) op >>> 16 & 31];
          case Opcode.ANDN ->
              x[(int) op >>> 10 & 63] = x[(int) op >>> 16 & 31] & ~x[(int) op >>> 21 & 31];
          case Opcode.LD -> {
            long address = x[(int) op >>> 16 & 31] + (op >> 32);
            int slot = Tlb.slot(address);
            if (reads[slot] == (address + 7 & PAGE_MASK | context)) {
              long at = address + reads[slot + 1];
              x[(int) op >>> 10 & 63] = ram.getLong(at);
            } else {
              hart.executed = count + i;
              int result = loads.execute(op, address);
              if (result != MemoryAccess.DONE) {
                pc = leave(block, i, pc, result);
                count += result == MemoryAccess.HOST ? i : i + 1;
                continue blocks;
              }
            }
          }
          case Opcode.LW -> {
            long address = x[(int) op >>> 16 & 31] + (op >> 32);
            int slot = Tlb.slot(address);
            if (reads[slot] == (address + 3 & PAGE_MASK | context)) {
              long at = address + reads[slot + 1];
              x[(int) op >>> 10 & 63] = ram.getInt(at);
            } else {
              hart.executed = count + i;
              int result = loads.execute(op, address);
              if (result != MemoryAccess.DONE) {
                pc = leave(block, i, pc, result);
                count += result == MemoryAccess.HOST ? i : i + 1;
                continue blocks;
              }
            }
          }
          case Opcode.LWU -> {
            long address = x[(int) op >>> 16 & 31] + (op >> 32);
            int slot = Tlb.slot(address);
            if (reads[slot] == (address + 3 & PAGE_MASK | context)) {
              long at = address + reads[slot + 1];
              x[(int) op >>> 10 & 63] = ram.getInt(at) & 0xffff_ffffL;
            } else {
              hart.executed = count + i;
              int result = loads.execute(op, address);
              if (result != MemoryAccess.DONE) {
                pc = leave(block, i, pc, result);
                count += result == MemoryAccess.HOST ? i : i + 1;
                continue blocks;
              }
            }
          }
          case Opcode.LH -> {
            long address = x[(int) op >>> 16 & 31] + (op >> 32);
            int slot = Tlb.slot(address);
            if (reads[slot] == (address + 1 & PAGE_MASK | context)) {
              long at = address + reads[slot + 1];
              x[(int) op >>> 10 & 63] = ram.getShort(at);
            } else {
              hart.executed = count + i;
              int result = loads.execute(op, address);
              if (result != MemoryAccess.DONE) {
                pc = leave(block, i, pc, result);
                count += result == MemoryAccess.HOST ? i : i + 1;
                continue blocks;
              }
            }
          }
          case Opcode.LHU -> {
            long address = x[(int) op >>> 16 & 31] + (op >> 32);
            int slot = Tlb.slot(address);
            if (reads[slot] == (address + 1 & PAGE_MASK | context)) {
              long at = address + reads[slot + 1];
              x[(int) op >>> 10 & 63] = ram.getShort(at) & 0xffff;
            } else {
              hart.executed = count + i;
              int result = loads.execute(op, address);
              if (result != MemoryAccess.DONE) {
                pc = leave(block, i, pc, result);
                count += result == MemoryAccess.HOST ? i : i + 1;
                continue blocks;
              }
            }
          }
          case Opcode.LB -> {
            long address = x[(int) op >>> 16 & 31] + (op >> 32);
            int slot = Tlb.slot(address);
            if (reads[slot] == (address & PAGE_MASK | context)) {
              long at = address + reads[slot + 1];
              x[(int) op >>> 10 & 63] = ram.getByte(at);
            } else {
              hart.executed = count + i;
              int result = loads.execute(op, address);
              if (result != MemoryAccess.DONE) {
                pc = leave(block, i, pc, result);
                count += result == MemoryAccess.HOST ? i : i + 1;
                continue blocks;
              }
            }
          }
          case Opcode.LBU -> {
            long address = x[(int) op >>> 16 & 31] + (op >> 32);
            int slot = Tlb.slot(address);
            if (reads[slot] == (address & PAGE_MASK | context)) {
              long at = address + reads[slot + 1];
              x[(int) op >>> 10 & 63] = ram.getByte(at) & 0xff;
            } else {
              hart.executed = count + i;
              int result = loads.execute(op, address);
              if (result != MemoryAccess.DONE) {
                pc = leave(block, i, pc, result);
                count += result == MemoryAccess.HOST ? i : i + 1;
                continue blocks;
              }
            }
          }
          case Opcode.SD -> {
            long address = x[(int) op >>> 16 & 31] + (op >> 32);
            int slot = Tlb.slot(address);
            if (writes[slot] == (address + 7 & PAGE_MASK | context)) {
              long at = address + writes[slot + 1];
              ram.putLong(at, x[(int) op >>> 21 & 31]);
            } else {
              hart.executed = count + i;
              int result = memory.store(address, 8, x[(int) op >>> 21 & 31]);
              if (result != MemoryAccess.DONE) {
                pc = leave(block, i, pc, result);
                count += i + 1;
                continue blocks;
              }
            }
          }
          case Opcode.SW -> {
            long address = x[(int) op >>> 16 & 31] + (op >> 32);
            int slot = Tlb.slot(address);
            if (writes[slot] == (address + 3 & PAGE_MASK | context)) {
              long at = address + writes[slot + 1];
              ram.putInt(at, (int) x[(int) op >>> 21 & 31]);
            } else {
              hart.executed = count + i;
              int result = memory.store(address, 4, x[(int) op >>> 21 & 31]);
              if (result != MemoryAccess.DONE) {
                pc = leave(block, i, pc, result);
                count += i + 1;
                continue blocks;
              }
            }
          }
          case Opcode.SH -> {
            long address = x[(int) op >>> 16 & 31] + (op >> 32);
            int slot = Tlb.slot(address);
            if (writes[slot] == (address + 1 & PAGE_MASK | context)) {
              long at = address + writes[slot + 1];
              ram.putShort(at, (short) x[(int) op >>> 21 & 31]);
            } else {
              hart.executed = count + i;
              int result = memory.store(address, 2, x[(int) op >>> 21 & 31]);
              if (result != MemoryAccess.DONE) {
                pc = leave(block, i, pc, result);
                count += i + 1;
                continue blocks;
              }
            }
          }
          case Opcode.SB -> {
            long address = x[(int) op >>> 16 & 31] + (op >> 32);
            int slot = Tlb.slot(address);
            if (writes[slot] == (address & PAGE_MASK | context)) {
              long at = address + writes[slot + 1];
              ram.putByte(at, (byte) x[(int) op >>> 21 & 31]);
            } else {
              hart.executed = count + i;
              int result = memory.store(address, 1, x[(int) op >>> 21 & 31]);
              if (result != MemoryAccess.DONE) {
                pc = leave(block, i, pc, result);
                count += i + 1;
                continue blocks;
              }
            }
          }
          case Opcode.BEQ -> {
            pc += x[(int) op >>> 16 & 31] == x[(int) op >>> 21 & 31] ? (op >> 32) : block.bytes;
            count += i + 1;
            continue blocks;
          }
          case Opcode.BNE -> {
            pc += x[(int) op >>> 16 & 31] != x[(int) op >>> 21 & 31] ? (op >> 32) : block.bytes;
            count += i + 1;
            continue blocks;
          }
          case Opcode.BLT -> {
            pc += x[(int) op >>> 16 & 31] < x[(int) op >>> 21 & 31] ? (op >> 32) : block.bytes;
            count += i + 1;
            continue blocks;
          }
          case Opcode.BGE -> {
            pc += x[(int) op >>> 16 & 31] >= x[(int) op >>> 21 & 31] ? (op >> 32) : block.bytes;
            count += i + 1;
            continue blocks;
          }
          case Opcode.BLTU -> {
            pc +=
                Long.compareUnsigned(x[(int) op >>> 16 & 31], x[(int) op >>> 21 & 31]) < 0
                    ? (op >> 32)
                    : block.bytes;
            count += i + 1;
            continue blocks;
          }
          case Opcode.BGEU -> {
            pc +=
                Long.compareUnsigned(x[(int) op >>> 16 & 31], x[(int) op >>> 21 & 31]) >= 0
                    ? (op >> 32)
                    : block.bytes;
            count += i + 1;
            continue blocks;
          }
          case Opcode.JAL -> {
            x[(int) op >>> 10 & 63] = pc + block.bytes;
            pc += (op >> 32);
            count += i + 1;
            continue blocks;
          }
          case Opcode.JALR -> {
            long target = x[(int) op >>> 16 & 31] + (op >> 32) & -2;
            x[(int) op >>> 10 & 63] = pc + block.bytes;
            pc = target;
            count += i + 1;
            continue blocks;
          }
          case Opcode.FENCE, Opcode.FENCE_I -> {}
          default -> {
            hart.executed = count + i;
            int result = rare.execute(op, block, i, pc);
            if (result != MemoryAccess.DONE) {
              pc = leave(block, i, pc, result);
              count += result == MemoryAccess.HOST ? i : i + 1;
              continue blocks;
            }
          }
        }
      }
      pc += end == operations.length ? block.bytes : block.offsetOf(end);
      count += end;
    }
    hart.pc = pc;
    hart.executed = count;
    return true;
  }

  /** Executes an operation of A; a result of {@link MemoryAccess}. */
  int atomic(long op) {
    return rare.atomic(op);
  }

  /** Executes an operation of Zicsr or SFENCE.VMA; false if it traps, and nothing has happened. */
  boolean control(long op) {
    return rare.control(op);
  }

  /**
   * Executes ECALL, SRET or MRET, which {@code hart.executed} counts already; false if it is
   * illegal, and nothing has happened.
   */
  boolean jump(long op, long pc) {
    if (Operation.opcode(op) == Opcode.ECALL) {
      hart.traps.exception(Cause.ECALL_FROM_U + hart.privilege, 0, pc);
      return true;
    }
    return rare.trapReturn(op);
  }

  /** Does what must be done between two blocks; false if the machine must go on first. */
  private boolean attend() {
    int attention = hart.attention;
    if ((attention & Hart.YIELD) != 0) {
      hart.attention = attention & ~Hart.YIELD;
      return false;
    }
    if ((attention & Hart.INTERRUPT) != 0) {
      hart.traps.interrupt();
    }
    if ((hart.attention & Hart.MODE) != 0) {
      hart.resolveMode();
    }
    hart.attention = 0;
    return true;
  }

  /**
   * The block ends at an operation for a reason of its own.
   *
   * @param pc of the block
   * @return the pc of the next instruction
   */
  private long leave(Block block, int index, long pc, int result) {
    return switch (result) {
      case MemoryAccess.LEAVE -> pc + block.offsetOf(index + 1);
      case RareOperations.JUMPED -> hart.pc;
      case MemoryAccess.HOST -> {
        hart.attention |= Hart.YIELD;
        yield pc + block.offsetOf(index);
      }
      default -> {
        hart.executed++;
        hart.traps.exception(memory.cause, memory.value, pc + block.offsetOf(index));
        yield hart.pc;
      }
    };
  }
}
