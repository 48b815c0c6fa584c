package org.replaymigrate.recorder.plan;

import java.util.Locale;

/** How the destination gets from its base to where the source is. */
public enum Strategy {
  /** It replays the log. */
  REPLAY,

  /** It gets the pages that have changed, in leaps; the log only of what follows the last one. */
  PAGES,

  /** It begins at a base that it holds of an earlier visit, and goes on by what is cheaper. */
  OLDER_BASE;

  /** As users write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
