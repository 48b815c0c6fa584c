package org.replaymigrate.vkernel.cpu;

import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.vkernel.bus.Bus;
import org.replaymigrate.vkernel.decode.CodeCache;
import org.replaymigrate.vkernel.decode.Links;
import org.replaymigrate.vkernel.memory.Contexts;
import org.replaymigrate.vkernel.memory.PageTables;
import org.replaymigrate.vkernel.memory.Ram;
import org.replaymigrate.vkernel.memory.Tlb;

/**
 * All harts with what they share: decoded code, translations, and the knowledge which pages hold
 * page tables. Keeps these true to RAM, whoever writes to it.
 */
public final class Harts implements Ram.Dependents, PageTables.Translations {
  private final List<Hart> harts;
  private final CodeCache code;
  private final PageTables tables;
  private final Tlb tlb;

  /**
   * @param tlb empty
   * @param links of the translations that {@code hotCode} makes
   */
  public Harts(
      int count,
      Ram ram,
      Bus bus,
      Tlb tlb,
      Links links,
      HotCode hotCode,
      Hart.Environment environment) {
    this.tlb = tlb;
    this.code = new CodeCache(ram, links, tlb::flushWritesTo);
    this.tables = new PageTables(ram, this);
    Hart.Shared shared =
        new Hart.Shared(ram, bus, code, tlb, new Contexts(tlb), tables, this, hotCode, environment);
    List<Hart> list = new ArrayList<>();
    for (int id = 0; id < count; id++) {
      list.add(new Hart(id, shared));
    }
    this.harts = List.copyOf(list);
    ram.connect(this);
  }

  public List<Hart> list() {
    return harts;
  }

  /** Visits all code that is decoded now. */
  public void forEachBlock(CodeCache.Visitor visitor) {
    code.forEach(visitor);
  }

  @Override
  public void codeWillChange(int page) {
    code.invalidate(page);
    harts.forEach(Hart::dropCode);
  }

  @Override
  public void pageTableWillChange(int page, long address, long length) {
    tables.willChange(page, address, length);
  }

  @Override
  public void writesAreWatched() {
    tlb.flushWrites();
  }

  @Override
  public void flushPages(long virtualAddress, int pages) {
    for (int i = 0; i < pages; i++) {
      tlb.flushPage(virtualAddress + (long) i * Ram.PAGE_SIZE);
    }
    harts.forEach(Hart::dropCode);
  }

  @Override
  public void flushAll() {
    harts.forEach(Hart::flushAll);
  }

  @Override
  public void flushWritesTo(int page) {
    tlb.flushWritesTo(page);
  }
}
