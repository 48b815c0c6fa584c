package org.replaymigrate.vkernel.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.replaymigrate.vkernel.Exit;
import org.replaymigrate.vkernel.state.InvalidStateException;

class SysconTest {
  private Exit exit;
  private final Syscon syscon = new Syscon(e -> exit = e);

  @Test
  void passPowersOff() {
    syscon.store(0, 4, 0x5555);
    assertEquals(new Exit(Exit.Kind.POWER_OFF, 0), exit);
  }

  @Test
  void failCarriesTheCodeOfTheUpperHalf() {
    syscon.store(0, 4, 0xdead_beef_ffff_3333L);
    assertEquals(new Exit(Exit.Kind.FAILURE, 0xffff), exit);
    syscon.store(0, 2, 0xffff_3333L);
    assertEquals(new Exit(Exit.Kind.FAILURE, 0), exit);
  }

  @Test
  void resetReboots() {
    syscon.store(0, 4, 0x7777);
    assertEquals(new Exit(Exit.Kind.REBOOT, 0), exit);
  }

  @Test
  void nothingElseEndsTheGuest() {
    syscon.store(0, 1, 0x5555);
    syscon.store(0, 8, 0x5555);
    syscon.store(4, 4, 0x5555);
    syscon.store(0, 4, 0x5556);
    AnyAccess.everywhere(syscon, 1, Syscon.SIZE);
    assertNull(exit);
  }

  @Test
  void aStateOfAnotherDeviceIsRefused() {
    syscon.restore(syscon.save());
    assertThrows(InvalidStateException.class, () -> syscon.restore(new GoldfishRtc().save()));
  }
}
