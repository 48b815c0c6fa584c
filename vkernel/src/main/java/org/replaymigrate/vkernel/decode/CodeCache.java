package org.replaymigrate.vkernel.decode;

import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.memory.Ram;

/**
 * Decoded blocks by physical page. A page with blocks carries {@link Ram#CODE}, so that the first
 * write to it throws them away: decoded code is never stale, and whether it is in here cannot be
 * seen by the guest.
 */
public final class CodeCache {
  /** Blocks of one page by halfword; null where nothing has been executed yet. */
  public static final class Page {
    public final @Nullable Block[] blocks = new @Nullable Block[Ram.PAGE_SIZE / 2];

    private int bytes = PAGE_BYTES;
    private boolean gone;

    /** Whether {@link Links} may lead here. */
    private boolean linked;

    /** Whether it has been forgotten: nobody will execute these blocks. */
    public boolean isGone() {
      return gone;
    }
  }

  /** A page from which nothing is kept. */
  public static final Page NOTHING = new Page();

  /**
   * Most bytes of decoded code (a guest could execute at every halfword of all of its RAM); past it
   * everything is decoded anew.
   */
  private static final long MAX_BYTES = 256L << 20;

  private static final int PAGE_BYTES = 4 * Ram.PAGE_SIZE / 2 + 32;
  private static final int BLOCK_BYTES = 48;

  private final Ram ram;
  private final @Nullable Page[] pages;
  private final long[] buffer = new long[Block.MAX_OPERATIONS];
  private final IntConsumer pageBecameCode;
  private final Links links;
  private long bytes;

  /**
   * @param pageBecameCode told of a page that was flagged: no write entry of any TLB may lead to it
   */
  public CodeCache(Ram ram, Links links, IntConsumer pageBecameCode) {
    this.ram = ram;
    this.links = links;
    this.pages = new @Nullable Page[ram.pages()];
    this.pageBecameCode = pageBecameCode;
  }

  /** The blocks of a page of RAM, which is watched from now on. */
  public Page page(int page) {
    Page code = pages[page];
    return code != null ? code : create(page);
  }

  private Page create(int page) {
    if (bytes > MAX_BYTES) {
      clear();
    }
    Page code = new Page();
    pages[page] = code;
    bytes += PAGE_BYTES;
    ram.addFlag(page, Ram.CODE);
    pageBecameCode.accept(page);
    return code;
  }

  /**
   * What translated code goes on with.
   *
   * @param page of RAM
   * @param pc in that page, virtual or physical
   * @return null if what is there has not been translated
   */
  public @Nullable Translated translated(int page, long pc) {
    long address = (long) page << Ram.PAGE_SHIFT | pc & Ram.PAGE_SIZE - 1;
    Translated known = links.get(address);
    return known != null ? known : find(page, address);
  }

  private @Nullable Translated find(int page, long address) {
    Page code = page(page);
    Block block = code.blocks[(int) address >>> 1 & Ram.PAGE_SIZE / 2 - 1];
    Translated found = block == null ? null : block.translated;
    if (found != null) {
      code.linked = true;
      links.put(address, found);
    }
    return found;
  }

  /**
   * Decodes the block at a physical address into its page.
   *
   * @return null if its first instruction continues on the next page
   */
  public @Nullable Block decode(Page code, long address) {
    Block block = Block.decode(ram, address, buffer);
    if (block != null) {
      code.blocks[(int) address >>> 1 & Ram.PAGE_SIZE / 2 - 1] = block;
      int added = BLOCK_BYTES + 8 * block.operations.length;
      code.bytes += added;
      bytes += added;
    }
    return block;
  }

  /** Takes blocks. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * One block.
     *
     * @param address physical
     */
    void visit(long address, Block block);
  }

  /** Visits all that is decoded now. */
  public void forEach(Visitor visitor) {
    for (int page = 0; page < pages.length; page++) {
      Page code = pages[page];
      for (int i = 0; code != null && i < code.blocks.length; i++) {
        Block block = code.blocks[i];
        if (block != null) {
          visitor.visit(Ram.BASE + ((long) page << Ram.PAGE_SHIFT) + 2L * i, block);
        }
      }
    }
  }

  /** Forgets a page that is about to change. */
  public void invalidate(int page) {
    Page code = pages[page];
    if (code != null) {
      code.gone = true;
      if (code.linked) {
        links.clear();
      }
      bytes -= code.bytes;
      pages[page] = null;
    }
    ram.removeFlag(page, Ram.CODE);
  }

  private void clear() {
    for (int page = 0; page < pages.length; page++) {
      Page code = pages[page];
      if (code != null) {
        code.gone = true;
        ram.removeFlag(page, Ram.CODE);
      }
    }
    Arrays.fill(pages, null);
    links.clear();
    bytes = 0;
  }
}
