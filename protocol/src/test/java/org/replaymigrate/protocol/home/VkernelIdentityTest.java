package org.replaymigrate.protocol.home;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.disk.BaseImage;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.MachineConfig.Slot;

class VkernelIdentityTest {
  static final VkernelIdentity SAMPLE =
      new VkernelIdentity(
          UUID.fromString("0f6b4be4-5f0e-4f5e-9d2f-3d6f1f6a7c55"),
          "alpha",
          "kernel /tmp/odd\\name\nImage",
          Instant.parse("2026-03-04T05:06:07.089Z"),
          new MachineConfig(
              64L << 20,
              2,
              List.of(
                  new Slot.Disk(1 << 20, true, "the first"),
                  new Slot.Disk(512, false, ""),
                  new Slot.Net(0x52_54_00_12_34_56L),
                  new Slot.Rng(),
                  new Slot.Console(),
                  new Slot.PowerButton()),
              false,
              50,
              30_000),
          List.of(
              new BaseImage(
                  Path.of("/data/a b"), 1 << 20, 1_770_000_000_123L, new Digest128(-2, 3)),
              new BaseImage(Path.of("/data/line\nbreak"), 512, 0, new Digest128(0, 0))),
          List.of("stream=unix:/tmp/s"),
          Pace.MAX);

  @TempDir Path folder;

  @Test
  void textHoldsEverything() throws FormatException {
    assertEquals(SAMPLE, VkernelIdentity.parse(SAMPLE.text(), "f"));
  }

  /** The bytes of version 1, which releases to come must go on reading. */
  @Test
  void versionOneIsWrittenAsRecorded() throws IOException {
    try (var in = getClass().getResourceAsStream("identity-1")) {
      assertEquals(new String(in.readAllBytes(), StandardCharsets.UTF_8), SAMPLE.text());
    }
  }

  @Test
  void everyDamagedByteIsNoticed() {
    String text = SAMPLE.text();
    for (int i = 0; i < text.length(); i++) {
      StringBuilder damaged = new StringBuilder(text);
      damaged.setCharAt(i, text.charAt(i) == '1' ? '2' : '1');
      assertThrows(
          FormatException.class, () -> VkernelIdentity.parse(damaged.toString(), "f"), "at " + i);
    }
  }

  @Test
  void everyTruncationIsNoticed() {
    String text = SAMPLE.text();
    for (int i = 0; i < text.length(); i++) {
      String cut = text.substring(0, i);
      assertThrows(FormatException.class, () -> VkernelIdentity.parse(cut, "f"), "at " + i);
    }
  }

  @Test
  void newerVersionIsRefusedWithASentence() {
    String newer = new SealedText().add("id", "whatever").text("vkernel", 2);
    var e = assertThrows(FormatException.TooNew.class, () -> VkernelIdentity.parse(newer, "f"));
    assertEquals("f: vkernel format 2, this program reads up to 1", e.getMessage());
  }

  @Test
  void impossibleConfigurationIsRefused() {
    String text = new SealedText().add("id", SAMPLE.id()).add("memory", 12345).text("vkernel", 1);
    assertThrows(FormatException.Corrupt.class, () -> VkernelIdentity.parse(text, "f"));
  }

  @Test
  void writingReplacesTheFileAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("identity");
    Files.writeString(file, "old");
    SAMPLE.write(file);
    assertEquals(SAMPLE, VkernelIdentity.read(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @Test
  void hugeFileIsNotRead() throws IOException {
    Path file = folder.resolve("identity");
    Files.write(file, new byte[(1 << 20) + 1]);
    var e = assertThrows(FormatException.Corrupt.class, () -> VkernelIdentity.read(file));
    assertTrue(e.getMessage().contains("too long"), e.getMessage());
    assertFalse(e.getMessage().contains("\n"));
  }
}
