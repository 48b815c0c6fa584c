/**
 * What keeps a home in order: which checkpoints may go, which packs nobody refers to any more, and
 * whether everything that is referred to is there and is what it is called.
 */
@NullMarked
package org.replaymigrate.protocol.upkeep;

import org.jspecify.annotations.NullMarked;
