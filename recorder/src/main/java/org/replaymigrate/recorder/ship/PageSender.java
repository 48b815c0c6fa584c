package org.replaymigrate.recorder.ship;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.protocol.checkpoint.PageSink;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.protocol.wire.PageBatch;

/** Sends held pages as they come, in batches. */
final class PageSender implements PageSink {
  private final Crossing crossing;
  private final byte[] content = new byte[PageBatch.MOST * PagedContent.PAGE_SIZE];
  private final MemorySegment slots = MemorySegment.ofArray(content);
  private final List<Integer> numbers = new ArrayList<>();
  private int part;
  private long pages;

  PageSender(Crossing crossing) {
    this.crossing = crossing;
  }

  /** How many were sent. */
  long pages() {
    return pages;
  }

  @Override
  public MemorySegment slot() {
    return slots.asSlice((long) numbers.size() * PagedContent.PAGE_SIZE, PagedContent.PAGE_SIZE);
  }

  @Override
  public void add(int page) throws IOException {
    numbers.add(page);
    if (numbers.size() == PageBatch.MOST) {
      flush();
    }
  }

  @Override
  public void nextSpace() throws IOException {
    flush();
    part++;
  }

  /** Sends what has been added and not sent yet. */
  void flush() throws IOException {
    if (numbers.isEmpty()) {
      return;
    }
    crossing.check();
    crossing.destination().connection().send(PageBatch.leap(part, numbers, content), false);
    CrashPoint.SOURCE_AMID_LEAP.reached();
    pages += numbers.size();
    numbers.clear();
    try {
      crossing.step(0, 0, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // who holds the pages notices, and gives up
    }
  }
}
