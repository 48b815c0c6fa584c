package org.replaymigrate.recorder.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetSpecTest {

  @Test
  void tcpAndUnixTargetsAreUnderstood() {
    assertEquals("/127.0.0.1:4444", NetSpec.parse("stream=127.0.0.1:4444").address().toString());
    assertEquals("/[0:0:0:0:0:0:0:1]:1", NetSpec.parse("stream=[::1]:1").address().toString());
    assertEquals(
        UnixDomainSocketAddress.of("/tmp/a,b"), NetSpec.parse("stream=unix:/tmp/a,b").address());
  }

  @Test
  void macAddressIsTakenBehindTheTarget() {
    assertEquals(
        new NetSpec("unix:/tmp/s", 0x52_54_00_12_34_56L),
        NetSpec.parse("stream=unix:/tmp/s,mac=52:54:00:12:34:56"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "stream",
        "stream=",
        "stream=host",
        "stream=host:",
        "stream=host:65536",
        "stream=:1",
        "stream=unix:",
        "tap=tap0",
        "stream=host:1,mac=52:54:00",
        "stream=host:1,mac=",
        "stream=host:1,mac=01:00:00:00:00:00",
        "stream=host:1,mac=00:00:00:00:00:00"
      })
  void everythingElseIsRefusedInOneLine(String text) {
    var e = assertThrows(IllegalArgumentException.class, () -> NetSpec.parse(text));
    assertFalse(e.getMessage().contains("\n"));
  }
}
