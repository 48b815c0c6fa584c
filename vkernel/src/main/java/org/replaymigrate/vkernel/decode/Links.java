package org.replaymigrate.vkernel.decode;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where translations begin, for translated code that jumps there: direct-mapped by physical
 * address. The code cache says the same, by way of a page, a block and a translation, each in a
 * place of its own in the host's memory; real programs jump every twenty instructions.
 */
public final class Links {
  private static final int BITS = 13;

  /** 2^64 over the golden ratio: neighbours are scattered. */
  private static final long SCATTER = 0x9e37_79b9_7f4a_7c15L;

  private final @Nullable Translated[] entries = new @Nullable Translated[1 << BITS];
  private boolean any;

  /** What begins at a physical address, if that is known here. */
  @Nullable Translated get(long address) {
    Translated found = entries[slot(address)];
    return found != null && found.address == address ? found : null;
  }

  void put(long address, Translated translated) {
    translated.address = address;
    entries[slot(address)] = translated;
    any = true;
  }

  private static int slot(long address) {
    return (int) (address * SCATTER >>> 64 - BITS);
  }

  /** Forgets all: what has been forgotten elsewhere must not run, nor be kept in memory. */
  public void clear() {
    if (any) {
      Arrays.fill(entries, null);
      any = false;
    }
  }
}
