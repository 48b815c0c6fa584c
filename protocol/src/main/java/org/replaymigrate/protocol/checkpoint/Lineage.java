package org.replaymigrate.protocol.checkpoint;

import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.replaymigrate.protocol.digest.PageDigests;
import org.replaymigrate.protocol.store.Sha256;

/**
 * What a checkpoint leaves for the next one, which then costs what has changed.
 *
 * @param packs that it refers to
 * @param maps of its spaces, whose packs are numbered as in {@code packs}
 * @param digests of its pages; whoever writes the next one goes on with this very object
 * @param moving pages of each space which the next one stores anew, though they have not changed
 * @param emptied packs which are rid of their last pages by that
 */
record Lineage(
    List<Sha256> packs,
    List<PageMap> maps,
    PageDigests digests,
    List<BitSet> moving,
    Set<Sha256> emptied) {}
