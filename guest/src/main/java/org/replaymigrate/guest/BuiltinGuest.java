package org.replaymigrate.guest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The guest that needs no download: tinykernel, a small kernel for the {@code virt} board with a
 * shell on its UART. Its sources and its commands are in {@code guest/builtin/}; the image that
 * they give is on the class path.
 */
public final class BuiltinGuest {

  /** As users name this guest. */
  public static final String NAME = "builtin";

  /** Given when the user gives none; {@code run=COMMAND;COMMAND} would run commands at boot. */
  public static final String DEFAULT_COMMAND_LINE = "";

  /** Printed on a line of its own before the first {@link #PROMPT}. */
  public static final String READY = "guest: ready";

  /** Stands, without a newline, where a command can be typed. */
  public static final String PROMPT = "tiny> ";

  /** RAM that it boots and works in with room to spare, in bytes. */
  public static final long DEFAULT_MEMORY_BYTES = 64L << 20;

  private static final String IMAGE = "builtin/tinykernel.img";

  private BuiltinGuest() {}

  /**
   * The kernel: a RISC-V Linux {@code Image}, entered in S-mode at 2 MiB into RAM with the hart's
   * id in {@code a0} and the device tree's address in {@code a1}.
   *
   * @return a copy, at most 64 KiB
   * @throws IllegalStateException if it is not what its digest promises
   */
  public static byte[] image() {
    byte[] image = resource(IMAGE);
    String actual = digest(image);
    if (!actual.equals(sha256())) {
      throw new IllegalStateException(
          "built-in guest: " + IMAGE + " has SHA-256 " + actual + ", expected " + sha256());
    }
    return image;
  }

  /** The recorded SHA-256 of the image, 64 lower-case hexadecimal digits. */
  public static String sha256() {
    // As sha256sum writes it: the digest, two spaces, the name.
    String line = new String(resource(IMAGE + ".sha256"), StandardCharsets.US_ASCII);
    return line.substring(0, Math.max(0, line.indexOf(' ')));
  }

  private static byte[] resource(String name) {
    try (InputStream in = BuiltinGuest.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("built-in guest: " + name + " is not on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("built-in guest: cannot read " + name, e);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
