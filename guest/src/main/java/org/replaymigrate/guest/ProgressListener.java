package org.replaymigrate.guest;

/** Hears how far a fetch has come, on a thread of the fetch; must return quickly. */
@FunctionalInterface
public interface ProgressListener {

  /** Hears nothing. */
  ProgressListener SILENT = (step, fraction) -> {};

  /**
   * Tells of progress.
   *
   * @param step what is being done, a few words; changes from step to step
   * @param fraction how much of this step is done, 0 to 1, or negative when nobody knows
   */
  void progress(String step, double fraction);
}
