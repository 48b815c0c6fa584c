package org.replaymigrate.vkernel.cpu;

import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.vkernel.bus.Bus;
import org.replaymigrate.vkernel.decode.CodeCache;
import org.replaymigrate.vkernel.memory.PageTables;
import org.replaymigrate.vkernel.memory.Ram;

/**
 * All harts with what they share: decoded code, and the knowledge which pages hold page tables.
 * Keeps every hart's caches true to RAM, whoever writes to it.
 */
public final class Harts implements Ram.Dependents, PageTables.Translations {
  private final List<Hart> harts;
  private final CodeCache code;
  private final PageTables tables;

  public Harts(int count, Ram ram, Bus bus, Hart.Environment environment) {
    this.code = new CodeCache(ram, this::flushWritesTo);
    this.tables = new PageTables(ram, this);
    List<Hart> list = new ArrayList<>();
    for (int id = 0; id < count; id++) {
      list.add(new Hart(id, ram, bus, code, tables, this, environment));
    }
    this.harts = List.copyOf(list);
    ram.connect(this);
  }

  public List<Hart> list() {
    return harts;
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
    harts.forEach(hart -> hart.tlb.flushWrites());
  }

  @Override
  public void flushPage(long virtualAddress) {
    harts.forEach(hart -> hart.flushPage(virtualAddress));
  }

  @Override
  public void flushAll() {
    harts.forEach(Hart::flushAll);
  }

  @Override
  public void flushWritesTo(int page) {
    harts.forEach(hart -> hart.tlb.flushWritesTo(page));
  }
}
