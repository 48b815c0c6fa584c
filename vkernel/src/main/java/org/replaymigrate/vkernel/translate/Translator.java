package org.replaymigrate.vkernel.translate;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.cpu.HotCode;
import org.replaymigrate.vkernel.cpu.Region;
import org.replaymigrate.vkernel.decode.Block;
import org.replaymigrate.vkernel.decode.CodeCache;
import org.replaymigrate.vkernel.decode.Links;
import org.replaymigrate.vkernel.translate.RegionCompiler.Compiled;

/** Has hot blocks compiled, and puts the regions in their place; for all harts of a machine. */
public final class Translator implements HotCode {
  /** How often it is looked which code is hot. */
  private static final long LOOK_INSTRUCTIONS = 500_000;

  /** So that the worker has no pause; all others may still become hotter or cold. */
  private static final int MOST_WAITING = 2;

  /** A region and the block in whose place it goes; none if it could not be made. */
  private record Done(Block block, @Nullable Region region) {}

  private final Translation translation;
  private final RegionPlanner planner;
  private final Region.Constants constants;
  private final RamCode ram;
  private final Links links;

  /**
   * Blocks with regions, in the order in which they were made; those of changed pages among them.
   */
  private List<Block> installed = new ArrayList<>();

  private long bytes;

  private final Candidates candidates = new Candidates();

  /** How many the worker has and has not given back. */
  private int waiting;

  private long sinceLook;

  private final Object handOver = new Object();
  private List<Done> done = new ArrayList<>();
  private volatile boolean isDone;

  /**
   * @param links that must not lead to what is dropped
   */
  public Translator(Translation translation, Region.Constants constants, Links links) {
    this.links = links;
    this.translation = translation;
    this.planner = new RegionPlanner(translation.maxInstructions());
    this.constants = constants;
    this.ram = RamCode.best(constants);
  }

  @Override
  public int threshold() {
    return translation.threshold();
  }

  @Override
  public void hot(CodeCache.Page page, int offset, Block block) {
    if (translation.worker() != null) {
      candidates.add(page, offset, block);
      return;
    }
    RegionPlan plan = planner.plan(page, offset);
    if (plan != null) {
      install(new Done(block, compile(plan)));
    }
  }

  private Region compile(RegionPlan plan) {
    Compiled compiled = RegionCompiler.compile(plan, ram);
    return Region.define(compiled.bytes(), constants, plan.instructions(), compiled.floating());
  }

  @Override
  public void poll(long executed) {
    if (isDone) {
      takeOver();
    }
    sinceLook += executed;
    if (sinceLook >= LOOK_INSTRUCTIONS && waiting < MOST_WAITING) {
      sinceLook = 0;
      submit();
    }
  }

  /** Gives the worker what has been hottest of late. */
  private void submit() {
    candidates.look();
    while (waiting < MOST_WAITING) {
      Candidates.Candidate hottest = candidates.removeHottest();
      if (hottest == null) {
        return;
      }
      RegionPlan plan = planner.plan(hottest.page(), hottest.offset());
      if (plan != null) {
        waiting++;
        submit(hottest.block(), plan);
      }
    }
  }

  private void submit(Block block, RegionPlan plan) {
    Consumer<Runnable> worker = Objects.requireNonNull(translation.worker());
    worker.accept(() -> {
      Region region = null;
      try {
        region = compile(plan);
        region.warmUp();
      } finally {
        handOver(new Done(block, region));
      }
    });
  }

  private void handOver(Done region) {
    synchronized (handOver) {
      done.add(region);
      isDone = true;
    }
  }

  private void takeOver() {
    List<Done> regions;
    synchronized (handOver) {
      regions = done;
      done = new ArrayList<>();
      isDone = false;
    }
    waiting -= regions.size();
    regions.forEach(this::install);
  }

  private void install(Done done) {
    Region region = done.region;
    if (region == null) {
      return;
    }
    done.block.translated = region;
    installed.add(done.block);
    bytes += region.bytes;
    if (bytes > translation.maxBytes()) {
      dropCold();
    }
  }

  /** Drops the regions that nobody has entered since the last time; all, if that is too few. */
  private void dropCold() {
    List<Block> kept = new ArrayList<>();
    long keptBytes = 0;
    for (Block block : installed) {
      if (block.translated != null && block.translated.entered) {
        keptBytes += block.translated.bytes;
        kept.add(block);
      }
    }
    boolean enough = keptBytes <= translation.maxBytes() / 2;
    for (Block block : installed) {
      if (block.translated != null && enough && block.translated.entered) {
        block.translated.entered = false;
      } else {
        block.translated = null;
        block.heat = 0;
      }
    }
    links.clear();
    installed = enough ? kept : new ArrayList<>();
    bytes = enough ? keptBytes : 0;
  }
}
