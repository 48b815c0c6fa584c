package org.replaymigrate.protocol.checkpoint;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.replaymigrate.protocol.page.PagedContent;

/** SHA-256 of pages: the name by which a page is known. For one thread at a time. */
final class PageHash {
  static final int BYTES = 32;

  private final MessageDigest sha256;

  PageHash() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  byte[] of(byte[] bytes, int offset) {
    sha256.update(bytes, offset, PagedContent.PAGE_SIZE);
    return sha256.digest();
  }
}
