package org.replaymigrate.vkernel.fpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NanBoxTest {
  @Test
  void aBoxedValueComesBack() {
    for (int value : new int[] {0, 1, -1, 0x3f80_0000, 0x7f80_0001, Integer.MIN_VALUE}) {
      assertEquals(value, NanBox.unbox(NanBox.box(value)));
      assertEquals(0xffff_ffffL, NanBox.box(value) >>> 32);
    }
  }

  @Test
  void anythingElseReadsAsTheCanonicalNan() {
    assertEquals(F32.CANONICAL_NAN, NanBox.unbox(0x3f80_0000L));
    assertEquals(F32.CANONICAL_NAN, NanBox.unbox(0xffff_fffe_3f80_0000L));
    assertEquals(F32.CANONICAL_NAN, NanBox.unbox(0x7fff_ffff_3f80_0000L));
    assertEquals(F32.CANONICAL_NAN, NanBox.unbox(0));
  }
}
