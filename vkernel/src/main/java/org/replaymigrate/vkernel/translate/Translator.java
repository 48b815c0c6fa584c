package org.replaymigrate.vkernel.translate;

import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.vkernel.cpu.HotCode;
import org.replaymigrate.vkernel.cpu.Region;
import org.replaymigrate.vkernel.decode.Block;
import org.replaymigrate.vkernel.decode.CodeCache;
import org.replaymigrate.vkernel.translate.RegionCompiler.Compiled;

/** Has hot blocks compiled, and puts the regions in their place; for all harts of a machine. */
public final class Translator implements HotCode {
  /** A region and the block in whose place it goes. */
  private record Done(Block block, Region region) {}

  private final Translation translation;
  private final RegionPlanner planner;
  private final Region.Constants constants;
  private final RamCode ram;

  /**
   * Blocks with regions, in the order in which they were made; those of changed pages among them.
   */
  private List<Block> installed = new ArrayList<>();

  private long bytes;

  private final Object handOver = new Object();
  private List<Done> done = new ArrayList<>();
  private volatile boolean isDone;

  public Translator(Translation translation, Region.Constants constants) {
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
    RegionPlan plan = planner.plan(page, offset);
    if (plan == null) {
      return;
    }
    if (translation.worker() == null) {
      install(new Done(block, compile(plan)));
    } else {
      translation.worker().accept(() -> handOver(new Done(block, compile(plan))));
    }
  }

  private Region compile(RegionPlan plan) {
    Compiled compiled = RegionCompiler.compile(plan, ram);
    return Region.define(compiled.bytes(), constants, plan.instructions(), compiled.floating());
  }

  private void handOver(Done region) {
    synchronized (handOver) {
      done.add(region);
      isDone = true;
    }
  }

  @Override
  public void poll() {
    if (!isDone) {
      return;
    }
    List<Done> regions;
    synchronized (handOver) {
      regions = done;
      done = new ArrayList<>();
      isDone = false;
    }
    regions.forEach(this::install);
  }

  private void install(Done region) {
    region.block.translated = region.region;
    installed.add(region.block);
    bytes += region.region.bytes;
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
    installed = enough ? kept : new ArrayList<>();
    bytes = enough ? keptBytes : 0;
  }
}
