package org.replaymigrate.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;

/** The modules of one kernel, and the order in which they must be loaded. */
final class KernelModules {

  /** The largest of Debian's that a guest loads is 1 MB. */
  private static final int MODULE_LIMIT = 64 << 20;

  private final Map<String, Path> files;
  private final Set<String> builtIn;

  /**
   * Takes the modules of a kernel.
   *
   * @param files each module's file, compressed or not, by {@linkplain ModuleInfo#nameOf name}
   * @param builtIn names of those that are part of the kernel itself
   */
  KernelModules(Map<String, Path> files, Set<String> builtIn) {
    this.files = new TreeMap<>(files);
    this.builtIn = Set.copyOf(builtIn);
  }

  /**
   * What to load for a module, itself last; nothing when the kernel has it built in.
   *
   * @throws GuestException when the kernel has no such module, or needs one that is not there, or
   *     modules need each other in a circle
   */
  List<String> loadOrder(String name) throws IOException {
    SequencedSet<String> order = new LinkedHashSet<>();
    visit(ModuleInfo.nameOf(name), new ArrayList<>(), order);
    return List.copyOf(order);
  }

  private void visit(String name, List<String> path, SequencedSet<String> order)
      throws IOException {
    if (builtIn.contains(name) || order.contains(name)) {
      return;
    }
    if (path.contains(name)) {
      throw new GuestException(
          "kernel modules need each other: " + String.join(" > ", path) + " > " + name);
    }
    path.add(name);
    for (String needed : ModuleInfo.depends(content(name, path), name)) {
      visit(needed, path, order);
    }
    path.removeLast();
    order.add(name);
  }

  /** A module as the kernel wants it: not compressed. */
  byte[] content(String name) throws IOException {
    return content(name, List.of(name));
  }

  private byte[] content(String name, List<String> neededBy) throws IOException {
    Path file = files.get(name);
    if (file == null) {
      throw new GuestException(
          "the kernel's packages hold no module " + String.join(" > ", neededBy));
    }
    return Decompressor.decompress(Files.readAllBytes(file), "module " + name, MODULE_LIMIT);
  }
}
