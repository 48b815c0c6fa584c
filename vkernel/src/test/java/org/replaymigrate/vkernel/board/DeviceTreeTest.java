package org.replaymigrate.vkernel.board;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class DeviceTreeTest {
  @Test
  void theSmallestTreeIsTheseBytes() {
    byte[] blob = new DeviceTree().begin("").cells("a", 1).end().blob();
    String expected =
        "d00dfeed 0000005a 00000038 00000058 00000028 00000011 00000010 00000000 00000002 00000020"
            + "00000000 00000000 00000000 00000000"
            + "00000001 00000000 00000003 00000004 00000000 00000001 00000002 00000009"
            + "6100";
    assertEquals(expected.replace(" ", ""), HexFormat.of().formatHex(blob));
  }

  @Test
  void valuesOfAnyLengthAreRead() {
    DeviceTree tree = new DeviceTree().begin("");
    for (int length = 0; length < 9; length++) {
      tree.begin("n".repeat(length + 1)).bytes("value", new byte[length]).flag("empty").end();
    }
    ParsedTree parsed = new ParsedTree(tree.end().blob());
    for (int length = 0; length < 9; length++) {
      String node = "/" + "n".repeat(length + 1);
      assertArrayEquals(new byte[length], parsed.bytes(node + "/value"));
      assertEquals(0, parsed.bytes(node + "/empty").length);
    }
  }

  @Test
  void everyKindOfValueIsBigEndian() {
    DeviceTree tree =
        new DeviceTree()
            .begin("")
            .cells("c", 0x01020304, 5)
            .longs("l", 0x0102030405060708L)
            .strings("s", "one", "two");
    ParsedTree parsed = new ParsedTree(tree.end().blob());
    assertArrayEquals(new int[] {0x01020304, 5}, parsed.cells("/c"));
    assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, parsed.bytes("/l"));
    assertEquals("one|two", parsed.text("/s"));
  }

  @Test
  void aNameIsStoredOnce() {
    int one = new DeviceTree().begin("").begin("a").flag("name").end().end().blob().length;
    int two =
        new DeviceTree()
            .begin("")
            .begin("a")
            .flag("name")
            .end()
            .begin("b")
            .flag("name")
            .end()
            .end()
            .blob()
            .length;
    assertEquals(24, two - one, "begin, name, property of three words, end");
  }

  @Test
  void misuseIsRefused() {
    assertThrows(IllegalStateException.class, () -> new DeviceTree().blob());
    assertThrows(IllegalStateException.class, () -> new DeviceTree().end());
    assertThrows(IllegalStateException.class, () -> new DeviceTree().flag("x"));
    assertThrows(IllegalStateException.class, () -> new DeviceTree().begin("named"));
    assertThrows(IllegalStateException.class, () -> new DeviceTree().begin("").begin(""));
    assertThrows(IllegalStateException.class, () -> new DeviceTree().begin("").end().begin(""));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> new DeviceTree().begin("").strings("s", "a\0b"))
            .getMessage()
            .contains("NUL"));
  }
}
