package org.replaymigrate.vkernel.translate;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.classfile.ClassFile.ACC_SUPER;
import static java.lang.constant.ConstantDescs.CD_Class;
import static java.lang.constant.ConstantDescs.CD_MethodHandles;
import static java.lang.constant.ConstantDescs.CD_MethodHandles_Lookup;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static org.replaymigrate.vkernel.translate.Names.GENERATED;
import static org.replaymigrate.vkernel.translate.Names.LONGS;
import static org.replaymigrate.vkernel.translate.Names.REGION;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import org.replaymigrate.vkernel.cpu.Region;
import org.replaymigrate.vkernel.translate.RegionPlan.Part;

/** Turns a plan into the bytes of a subclass of {@link Region}. */
final class RegionCompiler {
  private static final ClassDesc CONSTANTS =
      Region.Constants.class.describeConstable().orElseThrow();
  private static final MethodTypeDesc CONSTRUCTOR =
      MethodTypeDesc.of(CD_void, CD_int, CD_boolean, CD_int);
  private static final MethodTypeDesc CLASS_DATA =
      MethodTypeDesc.of(CD_Object, CD_MethodHandles_Lookup, CD_String, CD_Class);

  /**
   * A translated region's class.
   *
   * @param floating whether it has floating-point operations
   */
  record Compiled(byte[] bytes, boolean floating) {}

  private final RamCode ram;
  private boolean floating;

  static Compiled compile(RegionPlan plan, RamCode ram) {
    RegionCompiler compiler = new RegionCompiler(ram);
    byte[] bytes = ClassFile.of().build(GENERATED, builder -> compiler.build(builder, plan));
    return new Compiled(bytes, compiler.floating);
  }

  private RegionCompiler(RamCode ram) {
    this.ram = ram;
  }

  private void build(ClassBuilder builder, RegionPlan plan) {
    builder.withSuperclass(REGION).withFlags(ACC_FINAL | ACC_SUPER);
    builder.withField("READS", LONGS, ACC_STATIC | ACC_FINAL);
    builder.withField("WRITES", LONGS, ACC_STATIC | ACC_FINAL);
    ram.declare(builder);
    builder.withMethodBody(
        ConstantDescs.CLASS_INIT_NAME, ConstantDescs.MTD_void, ACC_STATIC, this::initialize);
    builder.withMethodBody(
        ConstantDescs.INIT_NAME,
        CONSTRUCTOR,
        0,
        code ->
            code.aload(0)
                .iload(1)
                .iload(2)
                .iload(3)
                .invokespecial(REGION, ConstantDescs.INIT_NAME, CONSTRUCTOR)
                .return_());
    builder.withMethodBody("run", Names.RUN, 0, code -> body(code, plan));
  }

  /** Constants, so that HotSpot takes them for such. */
  private void initialize(CodeBuilder code) {
    code.invokestatic(CD_MethodHandles, "lookup", MethodTypeDesc.of(CD_MethodHandles_Lookup))
        .loadConstant(ConstantDescs.DEFAULT_NAME)
        .loadConstant(CONSTANTS)
        .invokestatic(CD_MethodHandles, "classData", CLASS_DATA)
        .checkcast(CONSTANTS);
    constant(code.dup(), "reads", "READS", LONGS);
    constant(code.dup(), "writes", "WRITES", LONGS);
    ram.initialize(code, CONSTANTS);
    code.return_();
  }

  private static void constant(CodeBuilder code, String from, String to, ClassDesc type) {
    code.invokevirtual(CONSTANTS, from, MethodTypeDesc.of(type)).putstatic(GENERATED, to, type);
  }

  private void body(CodeBuilder code, RegionPlan plan) {
    RegionCode region = new RegionCode(code, plan);
    floating = region.registers.floating();
    PartCode parts = new PartCode(region, ram);
    region.prologue();
    for (Part part : plan.parts()) {
      parts.part(part);
    }
    region.finish();
  }
}
