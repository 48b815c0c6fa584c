package org.replaymigrate.vkernel.random;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.replaymigrate.vkernel.random.ProgramBuilder.Mode;

/** All steps: how often they come in each kind of program, and in which modes they make sense. */
enum StepKind {
  //          compute, float, memory, system, weights; where; what
  INTEGER(10, 4, 4, 4, Where.ANY, IntegerSteps::emit),
  DIVIDE(5, 0, 1, 1, Where.ANY, IntegerSteps::divide),
  BRANCH(10, 2, 2, 3, Where.ANY, BranchSteps::emit),
  CODE(3, 1, 1, 2, Where.ANY, CodeSteps::emit),
  FLOAT(1, 10, 1, 2, Where.ANY, FloatSteps::emit),
  FLOAT_SINGLE(1, 20, 1, 2, Where.ANY, FloatSteps::single),
  FLOAT_CONTEXT(0, 2, 0, 1, Where.PRIVILEGED, FloatSteps::contextStatus),
  MEMORY(4, 2, 6, 2, Where.ANY, MemorySteps::emit),
  ATOMIC(2, 0, 4, 2, Where.ANY, AtomicSteps::emit),
  CSR(1, 1, 1, 6, Where.ANY, CsrSteps::emit),
  TRAP(1, 1, 2, 8, Where.ANY, TrapSteps::emit),
  MODE(2, 1, 5, 8, Where.ANY, ModeSteps::emit),
  STATUS(0, 0, 3, 3, Where.PRIVILEGED, ModeSteps::status),
  DELEGATE(1, 0, 2, 6, Where.MACHINE, ModeSteps::delegate),
  PAGING(1, 0, 8, 2, Where.PRIVILEGED, PagingSteps::mode),
  ENTRIES(0, 0, 12, 2, Where.PRIVILEGED, PagingSteps::entries),
  ONE_PAGE(0, 0, 6, 1, Where.PRIVILEGED, PagingSteps::onePage),
  READ_ENTRIES(0, 0, 2, 1, Where.PRIVILEGED, PagingSteps::readEntries),
  TRANSLATED(0, 0, 30, 3, Where.TRANSLATED, PagingSteps::access),
  MODIFIED_PRIVILEGE(0, 0, 6, 2, Where.MACHINE, PagingSteps::modifiedPrivilege),
  INTERRUPT(0, 0, 0, 10, Where.MACHINE, InterruptSteps::emit),
  WAIT(0, 0, 0, 2, Where.MACHINE, InterruptSteps::waitForInterrupt),
  SUPERVISOR_TIMER(0, 0, 0, 4, Where.MACHINE, InterruptSteps::supervisorTimer),
  REGIONS(0, 0, 5, 4, Where.MACHINE, GuardSteps::regions),
  VIRTUALIZATION(0, 0, 1, 4, Where.MACHINE, GuardSteps::virtualization);

  /** Where a step may stand. */
  private enum Where {
    ANY,
    MACHINE,
    PRIVILEGED,
    TRANSLATED;

    boolean includes(ProgramBuilder p) {
      return switch (this) {
        case ANY -> true;
        case MACHINE -> p.mode == Mode.MACHINE;
        case PRIVILEGED -> p.mode != Mode.USER;
        case TRANSLATED -> p.translated();
      };
    }
  }

  /** Kinds of programs. */
  static final int PROFILES = 4;

  @SuppressWarnings("ImmutableEnumChecker") // never written
  private final int[] weights;

  private final Where where;

  @SuppressWarnings("ImmutableEnumChecker") // a static method
  private final Consumer<ProgramBuilder> body;

  StepKind(
      int compute,
      int floating,
      int memory,
      int system,
      Where where,
      Consumer<ProgramBuilder> body) {
    this.weights = new int[] {compute, floating, memory, system};
    this.where = where;
    this.body = body;
  }

  void emit(ProgramBuilder p) {
    body.accept(p);
  }

  /** A step that fits where the program is. */
  static StepKind choose(ProgramBuilder p, int profile) {
    List<StepKind> choices = new ArrayList<>();
    for (StepKind kind : values()) {
      if (kind.where.includes(p)) {
        for (int i = 0; i < kind.weights[profile]; i++) {
          choices.add(kind);
        }
      }
    }
    return p.random().of(choices);
  }
}
