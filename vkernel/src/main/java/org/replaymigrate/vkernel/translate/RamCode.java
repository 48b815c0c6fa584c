package org.replaymigrate.vkernel.translate;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_short;
import static java.lang.constant.ConstantDescs.CD_void;
import static org.replaymigrate.vkernel.translate.Names.GENERATED;
import static org.replaymigrate.vkernel.translate.Names.LAYOUT;
import static org.replaymigrate.vkernel.translate.Names.RAM;
import static org.replaymigrate.vkernel.translate.Names.SEGMENT;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.ValueLayout;
import org.replaymigrate.vkernel.cpu.Region;
import org.replaymigrate.vkernel.memory.RawMemory;

/**
 * How generated code reaches RAM at an offset that a TLB entry has vouched for.
 *
 * <p>An access through {@link java.lang.foreign.MemorySegment} is one machine instruction once C2
 * has compiled it, but a dozen calls before, and a dozen methods for C2 to inline each time: a
 * guest that boots spent more than half its time there (docs/adr/0007). So where the JVM lets us
 * (the launcher and the jar's manifest ask it to export {@code jdk.internal.misc}), generated code
 * uses the JDK's own primitive, which every tier has as an intrinsic. That checks no bounds: what
 * keeps an access within RAM is that only {@code Mmu.remember} fills the TLB, with pages of RAM.
 */
enum RamCode {
  /** Through the segment: works everywhere. */
  SEGMENTS {
    @Override
    void declare(ClassBuilder builder) {
      builder.withField("RAM", SEGMENT, ACC_STATIC | ACC_FINAL);
    }

    @Override
    void initialize(CodeBuilder code, ClassDesc constants) {
      code.invokevirtual(constants, "ram", MethodTypeDesc.of(SEGMENT));
      code.putstatic(GENERATED, "RAM", SEGMENT);
    }

    @Override
    void begin(CodeBuilder code, Width width) {
      code.getstatic(GENERATED, "RAM", SEGMENT);
      ClassDesc owner = width == Width.BYTE ? LAYOUT : RAM;
      code.getstatic(owner, width == Width.BYTE ? "JAVA_BYTE" : width.name(), width.layout);
    }

    @Override
    void get(CodeBuilder code, Width width) {
      code.invokeinterface(SEGMENT, "get", MethodTypeDesc.of(width.type, width.layout, CD_long));
    }

    @Override
    void set(CodeBuilder code, Width width) {
      code.invokeinterface(
          SEGMENT, "set", MethodTypeDesc.of(CD_void, width.layout, CD_long, width.type));
    }
  },

  /** By address. */
  ADDRESSES {
    @Override
    void declare(ClassBuilder builder) {
      builder.withField("UNSAFE", UNSAFE, ACC_STATIC | ACC_FINAL);
      builder.withField("BASE", CD_long, ACC_STATIC | ACC_FINAL);
    }

    @Override
    void initialize(CodeBuilder code, ClassDesc constants) {
      code.invokevirtual(constants, "base", MethodTypeDesc.of(CD_long));
      code.putstatic(GENERATED, "BASE", CD_long);
      code.invokestatic(UNSAFE, "getUnsafe", MethodTypeDesc.of(UNSAFE));
      code.putstatic(GENERATED, "UNSAFE", UNSAFE);
    }

    @Override
    void begin(CodeBuilder code, Width width) {
      code.getstatic(GENERATED, "UNSAFE", UNSAFE).getstatic(GENERATED, "BASE", CD_long);
    }

    @Override
    void offset(CodeBuilder code) {
      code.ladd();
    }

    @Override
    void get(CodeBuilder code, Width width) {
      code.invokevirtual(UNSAFE, "get" + width.suffix, MethodTypeDesc.of(width.type, CD_long));
    }

    @Override
    void set(CodeBuilder code, Width width) {
      code.invokevirtual(
          UNSAFE, "put" + width.suffix, MethodTypeDesc.of(CD_void, CD_long, width.type));
    }
  };

  /** How many bytes an access has, and as what. */
  @SuppressWarnings("ImmutableEnumChecker") // a ClassDesc is a value
  enum Width {
    BYTE(1, "Byte", ValueLayout.OfByte.class, CD_byte),
    SHORT(2, "Short", ValueLayout.OfShort.class, CD_short),
    INT(4, "Int", ValueLayout.OfInt.class, CD_int),
    LONG(8, "Long", ValueLayout.OfLong.class, CD_long);

    final int bytes;
    private final String suffix;
    private final ClassDesc layout;
    private final ClassDesc type;

    Width(int bytes, String suffix, Class<?> layout, ClassDesc type) {
      this.bytes = bytes;
      this.suffix = suffix;
      this.layout = layout.describeConstable().orElseThrow();
      this.type = type;
    }
  }

  private static final ClassDesc UNSAFE = ClassDesc.of("jdk.internal.misc.Unsafe");

  /** The better of those that this JVM allows. */
  static RamCode best(Region.Constants constants) {
    return RawMemory.isAddressable(constants.ram()) ? ADDRESSES : SEGMENTS;
  }

  /** Declares the constants that it needs. */
  abstract void declare(ClassBuilder builder);

  /** Sets them from {@link Region.Constants}, which is on the stack. */
  abstract void initialize(CodeBuilder code, ClassDesc constants);

  /** Pushes what comes before the offset in RAM. */
  abstract void begin(CodeBuilder code, Width width);

  /** The offset has been pushed. */
  void offset(CodeBuilder code) {}

  /** Loads. */
  abstract void get(CodeBuilder code, Width width);

  /** Stores what is on the stack. */
  abstract void set(CodeBuilder code, Width width);
}
