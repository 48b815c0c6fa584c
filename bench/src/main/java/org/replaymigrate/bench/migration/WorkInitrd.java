package org.replaymigrate.bench.migration;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The guest's initrd with {@code /bench-work} in it: a second {@code newc} archive behind the
 * first, which Linux unpacks over it (Documentation/driver-api/early-userspace/buffer-format.rst).
 */
final class WorkInitrd {
  private static final String PROGRAM = "/org/replaymigrate/bench/guest/work.elf";
  private static final int EXECUTABLE = 0100755;
  private static final int ALIGNMENT = 4;

  private WorkInitrd() {}

  /** Writes it. */
  static Path make(Path initrd, Path target) throws IOException {
    try (InputStream in = WorkInitrd.class.getResourceAsStream(PROGRAM)) {
      if (in == null) {
        throw new IllegalStateException("no " + PROGRAM + " on the class path");
      }
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.write(Files.readAllBytes(initrd));
      align(all);
      entry(all, "bench-work", EXECUTABLE, in.readAllBytes());
      entry(all, "TRAILER!!!", 0, new byte[0]);
      Files.write(target, all.toByteArray());
      return target;
    }
  }

  private static void entry(ByteArrayOutputStream out, String name, int mode, byte[] content)
      throws IOException {
    int inode = mode == 0 ? 0 : 1;
    int[] fields = {
      inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length() + 1, 0,
    };
    StringBuilder header = new StringBuilder("070701");
    for (int field : fields) {
      header.append(String.format(Locale.ROOT, "%08x", field));
    }
    out.write((header + name + "\0").getBytes(StandardCharsets.US_ASCII));
    align(out);
    out.write(content);
    align(out);
  }

  private static void align(ByteArrayOutputStream out) {
    while (out.size() % ALIGNMENT != 0) {
      out.write(0);
    }
  }
}
