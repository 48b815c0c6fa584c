package org.replaymigrate.protocol.checkpoint;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Batch;
import org.replaymigrate.protocol.checkpoint.CheckpointManifest.Space;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.MachineState;

/**
 * The state of a machine at one instruction, held fast while the machine runs on.
 *
 * <p>The constructor runs on the machine's thread and takes as long as a copy of the registers and the
 * arming of the watches. {@link #write} runs on another thread. A page belongs to whoever claims it
 * first: the writer, who copies it into the file's next batch; or the machine's thread, which is about
 * to change it and copies it aside before. The machine's thread waits at most for the writer to copy
 * one page, or, when very many pages lie aside already, to take one of them.
 */
public final class Snapshot {
  private static final int PAGE = PagedContent.PAGE_SIZE;
  private static final int FREE = 0;
  private static final int BEING_COPIED = 1;
  private static final int COPIED = 2;

  /** 64 MiB of pages aside. */
  private static final int MOST_ASIDE = 16384;

  private static final long WAIT_MILLIS = 1;

  private record Aside(int page, byte[] content) {}

  /** One space, and who has which of its pages. */
  private static final class Held {
    private final PagedContent space;
    private final boolean keepsZeroes;
    private final AtomicIntegerArray claims;
    private final boolean[] present;
    private final ArrayBlockingQueue<Aside> aside;

    /** Pages that the machine's thread has taken, or is trying to. */
    private final AtomicInteger kept = new AtomicInteger();

    /** How many of them the writer has got. */
    private int drained;

    private int handle;

    Held(PagedContent space, boolean keepsZeroes) {
      this.space = space;
      this.keepsZeroes = keepsZeroes;
      this.claims = new AtomicIntegerArray(space.pages());
      this.present = new boolean[space.pages()];
      for (int p = space.nextTouched(0); p < present.length; p = space.nextTouched(p + 1)) {
        present[p] = true;
      }
      this.aside = new ArrayBlockingQueue<>(MOST_ASIDE);
    }
  }

  private final UUID vkernel;
  private final long number;
  private final long epochNanos;
  private final LogPosition position;
  private final MachineConfig config;
  private final MachineState state;
  private final List<Held> spaces = new ArrayList<>();
  private volatile boolean abandoned;

  /**
   * Holds the state as it is now.
   *
   * @param position the place in the log that follows
   * @param pageSpaces RAM first, then one for each disk
   */
  public Snapshot(
      UUID vkernel,
      long number,
      long epochNanos,
      LogPosition position,
      MachineConfig config,
      MachineState state,
      List<? extends PagedContent> pageSpaces) {
    this.vkernel = vkernel;
    this.number = number;
    this.epochNanos = epochNanos;
    this.position = position;
    this.config = config;
    this.state = state;
    for (PagedContent space : pageSpaces) {
      // A page of a disk that the guest has zeroed hides what its image holds there.
      Held held = new Held(space, !spaces.isEmpty());
      spaces.add(held);
      held.handle = space.watch(page -> keep(held, page));
    }
  }

  public long number() {
    return number;
  }

  /** The place in the log that follows. */
  public LogPosition position() {
    return position;
  }

  /** On the machine's thread, before a page changes. */
  private void keep(Held held, int page) {
    if (abandoned || !held.present[page]) {
      return;
    }
    held.kept.incrementAndGet();
    if (held.claims.compareAndSet(page, FREE, BEING_COPIED)) {
      byte[] content = new byte[PAGE];
      copy(held.space, page, MemorySegment.ofArray(content));
      held.claims.set(page, COPIED);
      putAside(held, new Aside(page, content));
      return;
    }
    held.kept.decrementAndGet();
    while (held.claims.get(page) == BEING_COPIED) {
      Thread.onSpinWait();
    }
  }

  private static void copy(PagedContent space, int page, MemorySegment destination) {
    MemorySegment content = space.page(page, destination);
    if (!content.equals(destination)) {
      MemorySegment.copy(content, 0, destination, 0, PAGE);
    }
  }

  private void putAside(Held held, Aside aside) {
    boolean interrupted = false;
    while (!abandoned) {
      try {
        if (held.aside.offer(aside, WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Writes the checkpoint. Whatever comes of it, {@link #release} must follow on the machine's thread.
   *
   * @return the length of the file in bytes
   */
  public long write(Path path) throws IOException {
    try (CheckpointWriter writer = new CheckpointWriter(path)) {
      for (int i = 0; i < spaces.size(); i++) {
        if (i > 0) {
          writer.nextSpace();
        }
        write(spaces.get(i), writer);
      }
      List<List<Batch>> batches = writer.batches();
      List<Space> saved = new ArrayList<>();
      for (int i = 0; i < spaces.size(); i++) {
        saved.add(new Space(spaces.get(i).space.pages(), batches.get(i)));
      }
      return writer.finish(
          new CheckpointManifest(vkernel, number, epochNanos, position, config, state, saved));
    } finally {
      abandoned = true;
    }
  }

  private void write(Held held, CheckpointWriter writer) throws IOException {
    int pages = held.space.pages();
    for (int page = 0; page < pages; page++) {
      drain(held, writer);
      if (!held.present[page]) {
        continue;
      }
      if (held.claims.compareAndSet(page, FREE, BEING_COPIED)) {
        copy(held.space, page, writer.slot());
        held.claims.set(page, COPIED);
        writer.add(page, held.keepsZeroes);
      }
      if (Thread.interrupted()) {
        throw new InterruptedIOException("the checkpoint was given up");
      }
    }
    // What the machine's thread has claimed may still be on its way into the queue.
    while (held.drained < held.kept.get()) {
      drain(held, writer);
      Thread.onSpinWait();
    }
  }

  private static void drain(Held held, CheckpointWriter writer) throws IOException {
    Aside aside = held.aside.poll();
    while (aside != null) {
      MemorySegment.copy(MemorySegment.ofArray(aside.content), 0, writer.slot(), 0, PAGE);
      writer.add(aside.page, held.keepsZeroes);
      held.drained++;
      aside = held.aside.poll();
    }
  }

  /** Ends the watches; on the machine's thread, after {@link #write} has come back or never will. */
  public void release() {
    abandoned = true;
    for (Held held : spaces) {
      held.space.unwatch(held.handle);
    }
  }
}
