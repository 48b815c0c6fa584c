package org.replaymigrate.protocol.wire;

import com.github.luben.zstd.Zstd;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.format.Unpacked;
import org.replaymigrate.protocol.page.PageDestination;
import org.replaymigrate.protocol.page.PagedContent;

/** Pages that go over the wire by themselves: {@link WireMessage.Pages}, made and taken apart. */
public final class PageBatch {
  /** How many may be asked for at once. */
  public static final int MOST = WireCodec.MAX_PAGES;

  private static final int LEVEL = 1;

  private PageBatch() {}

  /**
   * The pages as they are.
   *
   * @throws FormatException.Corrupt if there is no such page
   */
  public static WireMessage.Pages of(PagedContent content, List<Integer> pages)
      throws FormatException.Corrupt {
    byte[] all = new byte[pages.size() * PagedContent.PAGE_SIZE];
    MemorySegment to = MemorySegment.ofArray(all);
    MemorySegment scratch = MemorySegment.ofArray(new byte[PagedContent.PAGE_SIZE]);
    for (int i = 0; i < pages.size(); i++) {
      int page = pages.get(i);
      if (page < 0 || page >= content.pages()) {
        throw new FormatException.Corrupt("page " + page + " of " + content.pages());
      }
      MemorySegment.copy(
          content.page(page, scratch),
          0,
          to,
          (long) i * PagedContent.PAGE_SIZE,
          PagedContent.PAGE_SIZE);
    }
    return new WireMessage.Pages(Zstd.compress(all, LEVEL));
  }

  /**
   * Puts the pages where they belong, telling no watch.
   *
   * @param pages that were asked for
   * @throws FormatException.Corrupt if these are not they
   */
  public static void restore(
      WireMessage.Pages message, List<Integer> pages, PageDestination destination)
      throws FormatException.Corrupt {
    MemorySegment content = MemorySegment.ofArray(open(message.compressed(), pages.size()));
    for (int i = 0; i < pages.size(); i++) {
      destination.restorePage(
          pages.get(i), content.asSlice((long) i * PagedContent.PAGE_SIZE, PagedContent.PAGE_SIZE));
    }
  }

  /**
   * The content of so many pages, one behind the other.
   *
   * @param pages how many; at most {@link #MOST}
   * @throws FormatException.Corrupt if it is anything else
   */
  public static byte[] open(byte[] compressed, int pages) throws FormatException.Corrupt {
    byte[] all = new byte[pages * PagedContent.PAGE_SIZE];
    Unpacked.into(all, compressed, "pages");
    return all;
  }

  /** What a page of these takes on the wire, bytes on average. */
  public static double cost(PagedContent content, List<Integer> pages) {
    try {
      return (double) of(content, pages).compressed().length / Math.max(1, pages.size());
    } catch (FormatException.Corrupt e) {
      throw new IllegalArgumentException(e);
    }
  }

  /**
   * Pages of a leap.
   *
   * @param content of them all, one behind the other; what is behind the last is left alone
   */
  public static WireMessage.LeapPages leap(int part, List<Integer> pages, byte[] content) {
    byte[] compressed =
        Zstd.compress(
            pages.size() * PagedContent.PAGE_SIZE == content.length
                ? content
                : Arrays.copyOf(content, pages.size() * PagedContent.PAGE_SIZE),
            LEVEL);
    return new WireMessage.LeapPages(part, pages, compressed);
  }
}
