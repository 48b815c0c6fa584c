package org.replaymigrate.guest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The few files of the packages that the guest is made of. Modules go to a folder as they are:
 * which of them are needed shows only when all are there.
 */
final class PackageContents implements DebArchive.Visitor {

  /** Where bootable kernels are, in old packages and new. */
  private static final Pattern KERNEL =
      Pattern.compile("boot/vmlinu[xz]-.*|(?:usr/)?lib/modules/[^/]+/vmlinu[xz]");

  private static final Pattern BUILT_IN =
      Pattern.compile("(?:usr/)?lib/modules/[^/]+/modules\\.builtin");
  private static final Pattern MODULE =
      Pattern.compile("(?:usr/)?lib/modules/[^/]+/kernel/.*/[A-Za-z0-9_-]+\\.ko(?:\\.[a-z]+)?");
  private static final Pattern BUSYBOX = Pattern.compile("(?:usr/)?bin/busybox");
  private static final String FIRMWARE = "usr/lib/riscv64-linux-gnu/opensbi/generic/";

  /** Far beyond any file that is taken here; what is larger is not what it seems. */
  private static final int LIMIT = 512 << 20;

  private final Path moduleFolder;
  private final Map<String, byte[]> wanted = new TreeMap<>();
  private final Map<String, Path> modules = new TreeMap<>();

  PackageContents(Path moduleFolder) {
    this.moduleFolder = moduleFolder;
  }

  @Override
  public void file(String path, long size, InputStream content) throws IOException {
    if (size > LIMIT) {
      throw new GuestException(path + " is " + size + " bytes, more than any guest's file");
    }
    if (MODULE.matcher(path).matches()) {
      Path file = moduleFolder.resolve(path.substring(path.lastIndexOf('/') + 1));
      Files.copy(content, file);
      modules.put(ModuleInfo.nameOf(path), file);
    } else if (KERNEL.matcher(path).matches()) {
      wanted.put("kernel", content.readAllBytes());
    } else if (BUILT_IN.matcher(path).matches()) {
      wanted.put("modules.builtin", content.readAllBytes());
    } else if (BUSYBOX.matcher(path).matches()) {
      wanted.put("busybox", content.readAllBytes());
    } else if (path.startsWith(FIRMWARE)) {
      wanted.put(path.substring(FIRMWARE.length()), content.readAllBytes());
    }
  }

  /** The kernel, a plain Image. */
  byte[] kernel() throws IOException {
    return KernelImage.plain(require("kernel"), "the package's kernel");
  }

  byte[] busybox() throws GuestException {
    return require("busybox");
  }

  /** A firmware for RV64 by its file's name: {@code fw_jump.bin}. */
  byte[] firmware(String name) throws GuestException {
    return require(name);
  }

  KernelModules modules() throws GuestException {
    Set<String> builtIn = new TreeSet<>();
    List<String> lines = new ArrayList<>();
    new String(require("modules.builtin"), StandardCharsets.UTF_8).lines().forEach(lines::add);
    lines.forEach(line -> builtIn.add(ModuleInfo.nameOf(line)));
    return new KernelModules(modules, builtIn);
  }

  private byte[] require(String name) throws GuestException {
    byte[] content = wanted.get(name);
    if (content == null) {
      throw new GuestException("the suite's packages hold no " + name + ": choose another suite");
    }
    return content;
  }
}
