package org.replaymigrate.vkernel.board;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

/** Says what a file is that is not what it should be. */
final class FileKind {
  private FileKind() {}

  /** What the file looks like, with its article; null when it looks like nothing known. */
  static @Nullable String of(byte[] file) {
    if (file.length == 0) {
      return "an empty file";
    }
    if (has(file, 0, "\u007fELF")) {
      return "an ELF file";
    }
    if (has(file, 0x30, "RISCV\0\0\0") || has(file, 0x38, "RSC\u0005")) {
      return "a RISC-V Linux kernel";
    }
    if (has(file, 0, "MZ") && has(file, 4, "zimg")) {
      return "a compressed EFI kernel (zboot): extract the Image from it";
    }
    if (has(file, 0x202, "HdrS")) {
      return "an x86 Linux kernel (bzImage)";
    }
    if (has(file, 0x38, "ARMd")) {
      return "an arm64 Linux kernel";
    }
    if (has(file, 0, "MZ")) {
      return "an EFI or Windows program";
    }
    if (has(file, 0, "\u001f\u008b")) {
      return "a gzip file: decompress it first";
    }
    if (has(file, 0, "\u00fd7zXZ\0")) {
      return "an xz file: decompress it first";
    }
    if (has(file, 0, "(\u00b5/\u00fd")) {
      return "a zstd file: decompress it first";
    }
    if (has(file, 0, "BZh")) {
      return "a bzip2 file: decompress it first";
    }
    if (has(file, 0, "'\u0005\u0019V")) {
      return "a U-Boot image";
    }
    if (has(file, 0, "\u00d0\r\u00fe\u00ed")) {
      return "a device tree or FIT image";
    }
    if (has(file, 0, "070701")) {
      return "a cpio archive, such as an initrd";
    }
    if (has(file, 0, "!<arch>\n")) {
      return "a Debian package or other archive";
    }
    if (has(file, 0, "#!")) {
      return "a script";
    }
    return has(file, 0x8001, "CD001") ? "a CD image" : null;
  }

  /** Whether the characters, each a byte, stand at the offset. */
  static boolean has(byte[] file, int offset, String magic) {
    return file.length >= offset + magic.length()
        && new String(file, offset, magic.length(), ISO_8859_1).equals(magic);
  }
}
