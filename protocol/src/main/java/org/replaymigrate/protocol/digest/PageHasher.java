package org.replaymigrate.protocol.digest;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import net.openhft.hashing.LongTupleHashFunction;
import org.replaymigrate.protocol.page.PagedContent;

/** XXH3-128 of single pages without garbage. For one thread at a time. */
final class PageHasher {
  private static final LongTupleHashFunction XXH3 = LongTupleHashFunction.xx128();
  private static final byte[] ZEROES = new byte[PagedContent.PAGE_SIZE];
  private static final MemorySegment ZERO_PAGE = MemorySegment.ofArray(ZEROES).asReadOnly();
  private static final Digest128 ZERO = Digest128.of(ZEROES);

  private final long[] result = new long[2];
  private byte[] copy = new byte[0];

  /** Hashes a page; {@link #high} and {@link #low} have the result. */
  void hash(MemorySegment page) {
    // Most pages of a fresh machine are zero, and a comparison gives up at the first other byte.
    if (page.mismatch(ZERO_PAGE) < 0) {
      result[0] = ZERO.low();
      result[1] = ZERO.high();
    } else if (page.isNative()) {
      XXH3.hashMemory(page.address(), page.byteSize(), result);
    } else {
      if (copy.length == 0) {
        copy = new byte[PagedContent.PAGE_SIZE];
      }
      MemorySegment.copy(page, JAVA_BYTE, 0, copy, 0, copy.length);
      XXH3.hashBytes(copy, result);
    }
  }

  long high() {
    return result[1];
  }

  long low() {
    return result[0];
  }
}
