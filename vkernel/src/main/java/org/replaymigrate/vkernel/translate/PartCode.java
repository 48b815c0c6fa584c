package org.replaymigrate.vkernel.translate;

import org.replaymigrate.vkernel.decode.Opcode;
import org.replaymigrate.vkernel.decode.Operation;
import org.replaymigrate.vkernel.translate.RegionPlan.Part;

/** The parts of a region, and which operations there is nothing for. */
final class PartCode {
  private final RegionCode region;
  private final IntegerCode integer;
  private final MemoryCode memory;
  private final FloatCode floats;
  private final FlowCode flow;
  private final ControlCode control;

  PartCode(RegionCode region, RamCode ram) {
    this.region = region;
    this.integer = new IntegerCode(region);
    this.memory = new MemoryCode(region, ram);
    this.floats = new FloatCode(region);
    this.flow = new FlowCode(region);
    this.control = new ControlCode(region);
  }

  void part(Part part) {
    int translated = 0;
    while (translated < part.operations().length && isTranslated(part.operations()[translated])) {
      translated++;
    }
    region.begin(part);
    region.charge(translated);
    int offset = part.offset();
    for (int i = 0; i < translated; i++) {
      long op = part.operations()[i];
      operation(op, part, offset, translated - i);
      offset += Operation.length(op);
    }
    if (translated < part.operations().length) {
      region.code.goto_(region.exit(offset, 0));
      return;
    }
    int last = Operation.opcode(part.operations()[translated - 1]);
    if (last != Opcode.JAL && last != Opcode.JALR && !ControlCode.isJump(last)) {
      region.jump(part.offset(), part.end());
    }
  }

  /** Whether a region can hold the operation; if not, it leaves before it. */
  static boolean isTranslated(long op) {
    int opcode = Operation.opcode(op);
    boolean moves =
        opcode == Opcode.FLW
            || opcode == Opcode.FLD
            || opcode == Opcode.FSW
            || opcode == Opcode.FSD;
    return ControlCode.isControl(opcode)
        || ControlCode.isJump(opcode)
        || (opcode < Opcode.CSRRW
            && opcode != Opcode.ILLEGAL
            && opcode != Opcode.PAUSE
            && (opcode < Opcode.FLW || moves || FloatCode.isPlain(op)));
  }

  private void operation(long op, Part part, int offset, int refund) {
    int opcode = Operation.opcode(op);
    switch (opcode) {
      case Opcode.FENCE, Opcode.FENCE_I -> {}
      case Opcode.JAL -> flow.jal(op, part);
      case Opcode.JALR -> flow.jalr(op, part);
      case Opcode.FLW, Opcode.FLD -> memory.load(op, offset, refund);
      case Opcode.FSW, Opcode.FSD -> memory.store(op, offset, refund);
      default -> {
        if (Opcode.isBranch(opcode)) {
          flow.branch(op, part);
        } else if (Opcode.isLoad(opcode)) {
          memory.load(op, offset, refund);
        } else if (Opcode.isStore(opcode)) {
          memory.store(op, offset, refund);
        } else if (ControlCode.isJump(opcode)) {
          control.jump(op, offset, refund);
        } else if (opcode >= Opcode.CSRRW) {
          control.emit(op, offset, refund);
        } else if (opcode >= Opcode.FLW) {
          floats.emit(op);
        } else if (opcode >= Opcode.LR_W) {
          memory.atomic(op, offset, refund);
        } else {
          integer.emit(op, part.offset());
        }
      }
    }
  }
}
