package org.replaymigrate.guest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelImageTest {

  private static final byte[] IMAGE = Kernels.image(1000);

  @Test
  void plainImageStaysAsItIs() throws IOException {
    assertSame(IMAGE, KernelImage.plain(IMAGE, "k"));
  }

  @ParameterizedTest
  @ValueSource(strings = {".gz", ".xz"})
  void compressedImageIsDecompressed(String suffix) throws IOException {
    byte[] compressed = Debs.compressed(suffix, IMAGE);

    assertArrayEquals(IMAGE, KernelImage.plain(compressed, "k"));
    assertArrayEquals(IMAGE, KernelImage.plain(Kernels.zboot(compressed), "k"));
  }

  @Test
  void payloadBeyondTheFileIsRefused() throws IOException {
    byte[] whole = Kernels.zboot(Debs.compressed(".gz", IMAGE));
    byte[] cut = Arrays.copyOf(whole, whole.length - 1);

    assertEquals("k is cut short", refusal(cut));
  }

  @Test
  void otherFilesAreRefusedByWhatTheyAre() {
    byte[] elf = Kernels.module("");
    byte[] zstd = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0};

    assertEquals("k is an ELF file, not a RISC-V Image", refusal(elf));
    assertEquals("k is compressed with zstd, which is not read here", refusal(zstd));
    assertEquals("k is not a kernel, not a RISC-V Image", refusal(new byte[64]));
    assertEquals("k is not a kernel, not a RISC-V Image", refusal(new byte[0]));
  }

  @Test
  void decompressionStopsAtItsBound() throws IOException {
    byte[] bomb = Debs.compressed(".gz", new byte[1001]);

    assertEquals(1001, Decompressor.decompress(bomb, "k", 1001).length);
    assertThrows(GuestException.class, () -> Decompressor.decompress(bomb, "k", 1000));
  }

  private static String refusal(byte[] file) {
    return assertThrows(GuestException.class, () -> KernelImage.plain(file, "k")).getMessage();
  }
}
