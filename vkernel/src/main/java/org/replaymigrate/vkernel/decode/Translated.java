package org.replaymigrate.vkernel.decode;

/**
 * Executable form of the code that begins with a block: what there is to know before running it.
 */
public abstract class Translated {
  /** Most instructions it executes before it looks whether it may go on. */
  public final int longest;

  /** Whether it needs floating point to be plain. */
  public final boolean floating;

  /** Size of its bytecode. */
  public final int bytes;

  /** Set when it is entered; for whoever looks for translations that are not. */
  public boolean entered;

  /** Physical, for {@link Links}; -1 as long as nobody has jumped to it. */
  long address = -1;

  /** What it has executed, with what it has called. */
  public long instructions;

  protected Translated(int longest, boolean floating, int bytes) {
    this.longest = longest;
    this.floating = floating;
    this.bytes = bytes;
  }
}
