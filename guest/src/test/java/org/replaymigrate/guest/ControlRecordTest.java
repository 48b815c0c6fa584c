package org.replaymigrate.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ControlRecordTest {

  private static final String SHA256 = "0f".repeat(32);

  @Test
  void onlyTheFirstParagraphIsRead() throws GuestException {
    List<String> lines =
        List.of(
            "Package: linux-image-6.12-riscv64",
            "Version: 1:6.12~rc1-1+b2",
            "Depends: kmod, linux-base (>= 4.3~), initramfs-tools | dracut, python3:any",
            "Description: Linux",
            " Depends: nothing, this is the description going on",
            "Installed-Size: 3",
            "Size: 1000",
            "SHA256: " + SHA256,
            "",
            "Package: older");

    ControlRecord expected =
        new ControlRecord(
            "linux-image-6.12-riscv64",
            "1:6.12~rc1-1+b2",
            List.of("kmod", "linux-base", "initramfs-tools", "python3"),
            1000,
            3072,
            SHA256);
    assertEquals(Optional.of(expected), ControlRecord.parse(lines));
  }

  @Test
  void nothingPrintedIsNoPackage() throws GuestException {
    assertEquals(Optional.empty(), ControlRecord.parse(List.of("N: Unable to locate package x")));
  }

  @Test
  void fieldThatCannotBeIsRefused() {
    List<String> lines =
        List.of("Package: a-b", "Version: 1", "Size: 99999999999999999999", "SHA256: " + SHA256);

    GuestException e = assertThrows(GuestException.class, () -> ControlRecord.parse(lines));

    assertEquals(
        "package index: Size of a-b is '99999999999999999999'; try another mirror", e.getMessage());
  }
}
