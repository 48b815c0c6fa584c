package org.replaymigrate.vkernel.cpu;

import org.replaymigrate.vkernel.decode.Block;
import org.replaymigrate.vkernel.decode.CodeCache;

/** Is told by the interpreter which blocks it executes often. */
public interface HotCode {
  /** How often a block is executed before {@link #hot} is called. */
  int threshold();

  /**
   * A block has been executed that often.
   *
   * @param offset of the block in its page, bytes
   */
  void hot(CodeCache.Page page, int offset, Block block);

  /**
   * Called often, between two blocks, on the machine's thread.
   *
   * @param executed instructions since the last time
   */
  void poll(long executed);

  /** Nothing is hot. */
  HotCode NONE =
      new HotCode() {
        @Override
        public int threshold() {
          return Integer.MAX_VALUE;
        }

        @Override
        public void hot(CodeCache.Page page, int offset, Block block) {}

        @Override
        public void poll(long executed) {}
      };
}
