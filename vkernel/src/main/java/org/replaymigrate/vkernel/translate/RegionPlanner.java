package org.replaymigrate.vkernel.translate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.decode.Block;
import org.replaymigrate.vkernel.decode.CodeCache;
import org.replaymigrate.vkernel.decode.Opcode;
import org.replaymigrate.vkernel.decode.Operation;
import org.replaymigrate.vkernel.memory.Ram;
import org.replaymigrate.vkernel.translate.RegionPlan.Part;

/**
 * Chooses a region: the blocks which the interpreter has executed and which can be reached from a
 * hot one by jumps, branches and returns from calls within its page, nearest first.
 */
final class RegionPlanner {
  /**
   * Most instructions of a region. HotSpot compiles no method of more than 8000 bytes, and an
   * instruction may need more than a hundred.
   */
  private final int maxInstructions;

  RegionPlanner(int maxInstructions) {
    this.maxInstructions = maxInstructions;
  }

  /** A region entered at the block at {@code entry}; null if there is nothing to translate. */
  @Nullable RegionPlan plan(CodeCache.Page page, int entry) {
    Block first = page.blocks[entry >>> 1];
    if (first == null || !PartCode.isTranslated(first.operations[0])) {
      // Of a page from which nothing is kept; or the interpreter would have to do it anyway.
      return null;
    }
    NavigableMap<Integer, Block> blocks = collect(page, entry);
    if (!blocks.containsKey(entry)) {
      // Put together from two pages.
      return null;
    }
    List<Part> parts = new ArrayList<>();
    int end = 0;
    for (Map.Entry<Integer, Block> each : blocks.entrySet()) {
      Integer next = blocks.higherKey(each.getKey());
      Part part = part(each.getKey(), each.getValue(), next == null ? Ram.PAGE_SIZE : next);
      if (part.offset() >= end) {
        parts.add(part);
        end = part.end();
      } else if (part.offset() == entry) {
        // Code that lies across this one, as only mischief has it.
        return null;
      }
    }
    return new RegionPlan(entry, List.copyOf(parts));
  }

  private NavigableMap<Integer, Block> collect(CodeCache.Page page, int entry) {
    TreeMap<Integer, Block> blocks = new TreeMap<>();
    ArrayDeque<Integer> reached = new ArrayDeque<>();
    reached.add(entry);
    int instructions = 0;
    while (!reached.isEmpty()) {
      int offset = reached.removeFirst();
      if (offset < 0 || offset >= Ram.PAGE_SIZE || blocks.containsKey(offset)) {
        continue;
      }
      Block block = page.blocks[offset >>> 1];
      if (block == null || block.bytes > Ram.PAGE_SIZE - offset) {
        continue;
      }
      instructions += block.operations.length;
      if (instructions > maxInstructions && !blocks.isEmpty()) {
        break;
      }
      blocks.put(offset, block);
      addSuccessors(reached, offset, block);
    }
    return blocks;
  }

  private static void addSuccessors(ArrayDeque<Integer> reached, int offset, Block block) {
    long last = block.operations[block.operations.length - 1];
    int opcode = Operation.opcode(last);
    int after = offset + block.bytes;
    int target = offset + (int) Operation.immediate(last);
    if (opcode == Opcode.JAL) {
      reached.add(isLink(Operation.rd(last)) ? after : target);
    } else if (opcode == Opcode.JALR) {
      if (isLink(Operation.rd(last))) {
        reached.add(after);
      }
    } else if (Opcode.isBranch(opcode)) {
      reached.add(after);
      reached.add(target);
    } else if (PartCode.isTranslated(last) && !ControlCode.isJump(opcode)) {
      reached.add(after);
    }
  }

  /** Whether a jump that keeps its return address in this register is a call (ISA, table 3). */
  static boolean isLink(int rd) {
    return rd == 1 || rd == 5;
  }

  /** The block, or as much of it as there is before {@code limit} begins another one. */
  private static Part part(int offset, Block block, int limit) {
    int at = offset;
    for (int i = 0; i < block.operations.length; i++) {
      if (at == limit) {
        return new Part(offset, Arrays.copyOf(block.operations, i), at);
      }
      at += Operation.length(block.operations[i]);
    }
    return new Part(offset, block.operations, at);
  }
}
