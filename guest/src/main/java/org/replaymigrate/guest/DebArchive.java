package org.replaymigrate.guest;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * Reads a Debian binary package (deb(5)): an {@code ar} archive whose member {@code data.tar}, in
 * one of several compressions, holds the files.
 */
final class DebArchive {

  /** Sees one file of a package. */
  @FunctionalInterface
  interface Visitor {

    /**
     * Sees a file.
     *
     * @param path where it would be installed, without the leading slash
     * @param size its length in bytes
     * @param content its bytes; need not be read
     */
    void file(String path, long size, InputStream content) throws IOException;
  }

  private DebArchive() {}

  /**
   * Shows the visitor each regular file of the package, in the package's order.
   *
   * @param bytesRead hears how far into the package the reading is
   */
  static void forEachFile(Path deb, Visitor visitor, LongConsumer bytesRead) throws IOException {
    try (ArArchiveInputStream ar =
        new ArArchiveInputStream(new BufferedInputStream(Files.newInputStream(deb), 1 << 16))) {
      for (ArArchiveEntry member = ar.getNextEntry(); member != null; member = ar.getNextEntry()) {
        if (member.getName().startsWith("data.tar")) {
          forEachEntry(
              decompressed(member.getName(), ar, deb),
              (path, size, content) -> {
                bytesRead.accept(ar.getBytesRead());
                visitor.file(path, size, content);
              });
          return;
        }
      }
    } catch (GuestException e) {
      throw e;
    } catch (IOException e) {
      throw new GuestException(deb.getFileName() + " cannot be unpacked: " + e.getMessage(), e);
    }
    throw new GuestException(deb.getFileName() + " is not a Debian package: it has no data.tar");
  }

  private static InputStream decompressed(String name, InputStream in, Path deb)
      throws IOException {
    return switch (name.substring("data.tar".length())) {
      case "" -> in;
      case ".gz" -> new GZIPInputStream(in, 1 << 16);
      case ".xz" -> new XZInputStream(in);
      default -> throw new GuestException(deb.getFileName() + ": cannot decompress " + name);
    };
  }

  // The tar stream is left to the caller, who closes the file below it.
  @SuppressWarnings("resource")
  private static void forEachEntry(InputStream in, Visitor visitor) throws IOException {
    TarArchiveInputStream tar = new TarArchiveInputStream(in, "UTF-8");
    for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
      if (entry.isFile() && !entry.isSymbolicLink() && !entry.isLink()) {
        String path = entry.getName();
        visitor.file(path.startsWith("./") ? path.substring(2) : path, entry.getSize(), tar);
      }
    }
  }
}
