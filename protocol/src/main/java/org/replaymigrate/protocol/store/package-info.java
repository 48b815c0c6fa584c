/**
 * Pages of memory and disks, named by their SHA-256 and kept once, whichever vkernels of a home
 * have them: immutable packs of compressed pages, and in memory an index over what the packs say of
 * themselves. Byte for byte in docs/formats/store.md.
 *
 * <p>Knows nothing of checkpoints, or of who needs which page. Whoever refers to pages holds the
 * store ({@link org.replaymigrate.protocol.store.PageStore#hold}) from the moment it looks for them
 * to the moment its reference is durable; whoever removes packs has it alone.
 */
@NullMarked
package org.replaymigrate.protocol.store;

import org.jspecify.annotations.NullMarked;
