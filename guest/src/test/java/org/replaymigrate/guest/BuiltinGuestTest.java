package org.replaymigrate.guest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class BuiltinGuestTest {

  private final byte[] image = BuiltinGuest.image();
  private final ByteBuffer header = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);

  @Test
  void imageIsWhatItsRecordedDigestSays() throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(image);
    assertEquals(BuiltinGuest.sha256(), HexFormat.of().formatHex(digest));
    assertEquals(64, BuiltinGuest.sha256().length());
  }

  @Test
  void imageStaysUnder64KiB() {
    assertTrue(image.length > 4096, () -> image.length + " bytes");
    assertTrue(image.length < 64 << 10, () -> image.length + " bytes");
  }

  @Test
  void headerIsThatOfARiscvLinuxImage() {
    assertArrayEquals(
        "RISCV\0\0\0".getBytes(StandardCharsets.US_ASCII), bytes(48, 8), "magic at 48");
    assertArrayEquals("RSC\5".getBytes(StandardCharsets.US_ASCII), bytes(56, 4), "magic at 56");
    assertEquals(2, header.getInt(32), "header version 0.2");
    assertEquals(0, header.getLong(24), "little endian");
  }

  @Test
  void headerAsksFor2MiBIntoRamAndRoomForItsBss() {
    assertEquals(2 << 20, header.getLong(8));
    long size = header.getLong(16);
    assertTrue(size >= image.length && size < 2 << 20, () -> size + " bytes in memory");
  }

  @Test
  void firstInstructionJumpsOverTheHeader() {
    int instruction = header.getInt(0);
    assertEquals(0x6f, instruction & 0xfff, "jal zero");
    int offset = (instruction >>> 21 & 0x3ff) << 1 | (instruction >>> 20 & 1) << 11;
    assertTrue(offset >= 64 && offset < image.length, () -> "to " + offset);
  }

  @Test
  void everyCallerGetsItsOwnCopy() {
    byte[] again = BuiltinGuest.image();
    assertNotSame(image, again);
    again[0] ^= 1;
    assertEquals(image[0], BuiltinGuest.image()[0]);
  }

  private byte[] bytes(int offset, int length) {
    byte[] result = new byte[length];
    header.get(offset, result);
    return result;
  }
}
