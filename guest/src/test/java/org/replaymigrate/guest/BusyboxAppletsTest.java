package org.replaymigrate.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class BusyboxAppletsTest {

  @Test
  void tableEndsWhereTheOrderDoes() {
    assertEquals(
        List.of("[", "[[", "ar", "ash", "sh", "zcat"),
        applets("code\1[\0[[\0ar\0ash\0sh\0zcat\0bad option\0"));
    assertEquals(List.of("[", "[[", "ar", "ash"), applets("[\0[[\0ar\0ash\0ar\0zcat\0"));
  }

  @Test
  void stringsThatOnlyBeginLikeTheTableAreNotIt() {
    assertEquals(List.of("[", "[[", "ash", "sh"), applets("x[\0[[\0?\0\1[\0[[\0ash\0sh\0"));
  }

  @Test
  void binaryWithoutATableHasNone() {
    assertEquals(List.of(), applets("nothing here\0"));
    assertEquals(List.of(), applets(""));
  }

  private static List<String> applets(String binary) {
    return BusyboxApplets.of(binary.getBytes(StandardCharsets.ISO_8859_1));
  }
}
