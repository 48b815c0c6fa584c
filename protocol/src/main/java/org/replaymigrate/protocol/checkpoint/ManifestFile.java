package org.replaymigrate.protocol.checkpoint;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.replaymigrate.protocol.format.FormatHeader;

/** Writes a checkpoint whose pages are in the store: its file is the manifest. */
final class ManifestFile {
  /** The numbers of a map that is in pieces are worth it, and the rest is short. */
  private static final int ZSTD_LEVEL = 3;

  private ManifestFile() {}

  /** Puts the file in place whole and durable, or leaves what was there. */
  static long write(Path path, CheckpointManifest manifest) throws IOException {
    byte[] bytes = bytes(path.toString(), manifest);
    Path temporary = path.resolveSibling(path.getFileName() + ".part");
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    try {
      try (FileChannel file =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          file.write(buffer);
        }
        file.force(true);
      }
      Files.move(
          temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    if (folder != null) {
      try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
    return bytes.length;
  }

  private static byte[] bytes(String where, CheckpointManifest manifest) {
    byte[] plain = new ManifestCodec(where).encode(manifest);
    byte[] packed = Zstd.compress(plain, ZSTD_LEVEL);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(CheckpointFormat.HEADER.bytes());
    out.writeBytes(packed);
    int crc = CheckpointFormat.crc(packed, packed.length);
    out.writeBytes(
        new CheckpointFormat.Footer(FormatHeader.BYTES, packed.length, plain.length, crc).bytes());
    return out.toByteArray();
  }
}
