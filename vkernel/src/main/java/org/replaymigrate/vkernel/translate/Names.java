package org.replaymigrate.vkernel.translate;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.replaymigrate.vkernel.cpu.Alu;
import org.replaymigrate.vkernel.cpu.Hart;
import org.replaymigrate.vkernel.cpu.Region;
import org.replaymigrate.vkernel.fpu.F32;
import org.replaymigrate.vkernel.fpu.F64;
import org.replaymigrate.vkernel.fpu.FpStatus;
import org.replaymigrate.vkernel.fpu.NanBox;
import org.replaymigrate.vkernel.memory.Ram;

/** What generated code names: classes and method types. */
final class Names {
  static final ClassDesc REGION = of(Region.class);
  static final ClassDesc HART = of(Hart.class);
  static final ClassDesc ALU = of(Alu.class);
  static final ClassDesc F32_CLASS = of(F32.class);
  static final ClassDesc F64_CLASS = of(F64.class);
  static final ClassDesc NAN_BOX = of(NanBox.class);
  static final ClassDesc FP_STATUS = of(FpStatus.class);
  static final ClassDesc RAM = of(Ram.class);
  static final ClassDesc SEGMENT = of(MemorySegment.class);
  static final ClassDesc LAYOUT = of(ValueLayout.class);
  static final ClassDesc LONGS = CD_long.arrayType();

  /** Package-private in the package of {@link Region}, as generated code is. */
  static final ClassDesc SLOW = ClassDesc.of(Region.class.getPackageName(), "Slow");

  static final ClassDesc GENERATED = ClassDesc.of(Region.class.getPackageName(), "Translated");

  static final MethodTypeDesc RUN = MethodTypeDesc.of(CD_long, HART, CD_long);
  static final MethodTypeDesc CALL = MethodTypeDesc.of(CD_long, HART, CD_long, CD_long);
  static final MethodTypeDesc SLOW_LOAD = MethodTypeDesc.of(CD_boolean, HART, CD_long, CD_int);
  static final MethodTypeDesc SLOW_LOADED = MethodTypeDesc.of(CD_long, HART);
  static final MethodTypeDesc SLOW_STORE =
      MethodTypeDesc.of(CD_int, HART, CD_long, CD_long, CD_int);
  static final MethodTypeDesc SLOW_ATOMIC = MethodTypeDesc.of(CD_int, HART, CD_long);
  static final MethodTypeDesc SLOW_CONTROL = MethodTypeDesc.of(CD_boolean, HART, CD_long, CD_int);
  static final MethodTypeDesc SLOW_JUMP = MethodTypeDesc.of(CD_boolean, HART, CD_long, CD_long);
  static final MethodTypeDesc LONG_LONG = MethodTypeDesc.of(CD_long, CD_long);
  static final MethodTypeDesc LONG_LONG_LONG = MethodTypeDesc.of(CD_long, CD_long, CD_long);
  static final MethodTypeDesc INT_LONG_LONG = MethodTypeDesc.of(CD_int, CD_long, CD_long);

  private Names() {}

  private static ClassDesc of(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }
}
