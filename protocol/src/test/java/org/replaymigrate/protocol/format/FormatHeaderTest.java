package org.replaymigrate.protocol.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class FormatHeaderTest {
  private final FormatHeader format = new FormatHeader("test", 2, 3);

  @Test
  void headerIsWrittenAsDocumented() {
    assertEquals(
        "89524d49470d0a1a" + "7465737400000000" + "0300" + "0000" + "e6cb1141",
        HexFormat.of().formatHex(format.bytes()));
  }

  @Test
  void everyUnderstoodVersionIsAccepted() throws FormatException {
    assertEquals(3, format.check(format.bytes(), 0, "f"));
    assertEquals(2, format.check(new FormatHeader("test", 1, 2).bytes(), 0, "f"));
  }

  @Test
  void olderAndNewerVersionsAreToldApart() {
    byte[] old = new FormatHeader("test", 1, 1).bytes();
    byte[] coming = new FormatHeader("test", 1, 4).bytes();
    var tooOld = assertThrows(FormatException.TooOld.class, () -> format.check(old, 0, "f"));
    var tooNew = assertThrows(FormatException.TooNew.class, () -> format.check(coming, 0, "f"));
    assertEquals("f: test format 1, this program reads from 2", tooOld.getMessage());
    assertEquals("f: test format 4, this program reads up to 3", tooNew.getMessage());
  }

  @Test
  void anotherFormatIsRefused() {
    byte[] other = new FormatHeader("tests", 3, 3).bytes();
    var e = assertThrows(FormatException.Corrupt.class, () -> format.check(other, 0, "f"));
    assertTrue(e.getMessage().contains("not of format \"test\""));
  }

  @Test
  void everyFlippedBitIsNoticed() {
    for (int bit = 0; bit < FormatHeader.BYTES * 8; bit++) {
      byte[] bytes = format.bytes();
      bytes[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThrows(FormatException.Corrupt.class, () -> format.check(bytes, 0, "f"), "bit " + bit);
    }
  }

  @Test
  void headerCutShortIsRefused() {
    byte[] bytes = java.util.Arrays.copyOf(format.bytes(), FormatHeader.BYTES - 1);
    assertThrows(FormatException.Corrupt.class, () -> format.check(bytes, 0, "f"));
  }
}
