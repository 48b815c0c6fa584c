package org.replaymigrate.guest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioConstants;

/**
 * A file tree for a kernel to unpack at boot (Linux,
 * Documentation/driver-api/early-userspace/buffer-format.rst), as a {@code newc} archive. Equal
 * trees give equal bytes: entries are sorted, inodes numbered in that order, times zero and owners
 * root. It is not compressed: a deflater's bytes differ from one Java to another, and inflating
 * costs the guest more instructions at every boot than copying does.
 */
final class Initramfs {

  private static final int PERMISSIONS = 0777;

  private sealed interface Node {
    long mode();
  }

  private record File(long mode, byte[] content) implements Node {}

  private record Device(long mode, int major, int minor) implements Node {}

  private final Map<String, Node> nodes = new TreeMap<>();

  /** Adds a folder, and those above it that are not there yet. */
  Initramfs folder(String path) {
    int slash = path.lastIndexOf('/');
    if (slash > 0) {
      folder(path.substring(0, slash));
    }
    nodes.putIfAbsent(path, new File(CpioConstants.C_ISDIR | 0755, new byte[0]));
    return this;
  }

  /** Adds a file, and the folders above it. */
  Initramfs file(String path, int permissions, byte[] content) {
    return put(path, new File(CpioConstants.C_ISREG | (permissions & PERMISSIONS), content));
  }

  /** Adds a symbolic link, and the folders above it. */
  Initramfs link(String path, String target) {
    byte[] content = target.getBytes(StandardCharsets.UTF_8);
    return put(path, new File(CpioConstants.C_ISLNK | PERMISSIONS, content));
  }

  /** Adds a character device, and the folders above it. */
  Initramfs characterDevice(String path, int permissions, int major, int minor) {
    return put(path, new Device(CpioConstants.C_ISCHR | (permissions & PERMISSIONS), major, minor));
  }

  private Initramfs put(String path, Node node) {
    int slash = path.lastIndexOf('/');
    if (slash > 0) {
      folder(path.substring(0, slash));
    }
    if (nodes.put(path, node) != null) {
      throw new IllegalArgumentException("twice in the initramfs: " + path);
    }
    return this;
  }

  /** Writes the archive; the stream stays open. */
  // Closing the archive would close the caller's stream, and finish() leaves nothing behind.
  @SuppressWarnings("resource")
  void write(OutputStream out) throws IOException {
    CpioArchiveOutputStream cpio =
        new CpioArchiveOutputStream(out, CpioConstants.FORMAT_NEW, 512, "UTF-8");
    int inode = 0;
    for (Map.Entry<String, Node> one : nodes.entrySet()) {
      inode++;
      CpioArchiveEntry entry =
          new CpioArchiveEntry(CpioConstants.FORMAT_NEW, one.getKey(), size(one.getValue()));
      entry.setInode(inode);
      entry.setMode(one.getValue().mode());
      entry.setNumberOfLinks(1);
      entry.setTime(0);
      switch (one.getValue()) {
        case File file -> {
          cpio.putArchiveEntry(entry);
          cpio.write(file.content());
        }
        case Device device -> {
          entry.setRemoteDeviceMaj(device.major());
          entry.setRemoteDeviceMin(device.minor());
          cpio.putArchiveEntry(entry);
        }
      }
      cpio.closeArchiveEntry();
    }
    cpio.finish();
    out.flush();
  }

  private static long size(Node node) {
    return node instanceof File file ? file.content().length : 0;
  }
}
