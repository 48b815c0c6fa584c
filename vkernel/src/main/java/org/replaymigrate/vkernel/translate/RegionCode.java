package org.replaymigrate.vkernel.translate;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static org.replaymigrate.vkernel.translate.Names.HART;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.replaymigrate.vkernel.cpu.Region;
import org.replaymigrate.vkernel.translate.RegionPlan.Part;

/**
 * The method being generated: its variables, where its parts begin, and how to leave it. Exits and
 * slow paths are collected and stand behind the parts.
 */
final class RegionCode {
  static final int HART_LOCAL = 1;
  private static final int PC = 2;

  final CodeBuilder code;
  final Registers registers;
  final int longest;
  final int address;
  final int slot;
  final int context;
  private final int left;
  private final int next;
  private final int entry;
  private final TreeMap<Integer, Label> parts = new TreeMap<>();
  private final TreeMap<Long, Label> exits = new TreeMap<>();
  private final List<Runnable> deferred = new ArrayList<>();
  private final Label epilogue;

  /** {@code return next}, with everything in the hart already. */
  final Label leave;

  RegionCode(CodeBuilder code, RegionPlan plan) {
    this.code = code;
    this.entry = plan.entry();
    this.longest = plan.instructions();
    this.left = code.allocateLocal(TypeKind.INT);
    this.next = code.allocateLocal(TypeKind.LONG);
    this.address = code.allocateLocal(TypeKind.LONG);
    this.slot = code.allocateLocal(TypeKind.INT);
    this.context = code.allocateLocal(TypeKind.LONG);
    this.registers = new Registers(code, plan);
    this.epilogue = code.newLabel();
    this.leave = code.newLabel();
    for (Part part : plan.parts()) {
      parts.put(part.offset(), code.newLabel());
    }
  }

  /** Takes over what is in the hart, and goes to the entry. */
  void prologue() {
    Label somewhere = code.newLabel();
    code.lload(PC).loadConstant(Region.NOWHERE).lcmp().ifne(somewhere).lload(PC).lreturn();
    code.labelBinding(somewhere);
    code.aload(HART_LOCAL).getfield(HART, "context", CD_long).lstore(context);
    reload();
    jumpForward(entry);
  }

  /** Takes over registers and budget from the hart. */
  void reload() {
    code.aload(HART_LOCAL).getfield(HART, "left", CD_int).istore(left);
    registers.load();
  }

  /** Gives registers and budget to the hart. */
  void writeBack() {
    registers.store();
    code.aload(HART_LOCAL).iload(left).putfield(HART, "left", CD_int);
  }

  void begin(Part part) {
    code.labelBinding(parts.get(part.offset()));
  }

  boolean contains(int offset) {
    return parts.containsKey(offset);
  }

  /** Charges instructions. */
  void charge(int instructions) {
    if (instructions != 0) {
      code.iinc(left, -instructions);
    }
  }

  /** Pushes the virtual address of an offset in the page. */
  void pushAddress(int offset) {
    code.lload(PC);
    if (offset != entry) {
      code.loadConstant((long) (offset - entry)).ladd();
    }
  }

  /** Goes on at an offset, from a part at {@code from}: there or, if need be, outside. */
  void jump(int from, int offset) {
    if (!contains(offset)) {
      code.goto_(exit(offset, 0));
    } else if (offset > from) {
      jumpForward(offset);
    } else {
      code.iload(left).loadConstant(longest).if_icmpge(parts.get(offset));
      code.goto_(exit(offset, 0));
    }
  }

  void jumpForward(int offset) {
    code.goto_(parts.get(offset));
  }

  /**
   * Where to jump to leave the region before the instruction at {@code offset}.
   *
   * @param refund instructions that were charged and are not executed
   */
  Label exit(int offset, int refund) {
    return exits.computeIfAbsent((long) offset << 32 | refund, k -> code.newLabel());
  }

  /** Leaves to an address on the stack. */
  void exitToStack() {
    code.lstore(next).goto_(epilogue);
  }

  /** Pops an address to go on at, for {@link #leave}; it can be looked at. */
  void popNext() {
    code.lstore(next);
  }

  void pushNext() {
    code.lload(next);
  }

  void pushLeft() {
    code.iload(left);
  }

  /** Code to stand behind the parts. */
  void defer(Runnable code) {
    deferred.add(code);
  }

  /** The code behind the parts. */
  void finish() {
    deferred.forEach(Runnable::run);
    for (var exit : exits.entrySet()) {
      int offset = (int) (exit.getKey() >> 32);
      code.labelBinding(exit.getValue());
      charge(-(int) (long) exit.getKey());
      pushAddress(offset);
      exitToStack();
    }
    code.labelBinding(epilogue);
    writeBack();
    code.labelBinding(leave).lload(next).lreturn();
  }
}
