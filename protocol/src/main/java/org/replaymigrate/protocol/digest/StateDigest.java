package org.replaymigrate.protocol.digest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.protocol.codec.StateCodec;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.vkernel.MachineState;

/**
 * The digest of a whole machine: XXH3-128 over, little-endian,
 *
 * <pre>
 *   0     4     8               48         88
 *   +-----+-----+---------------+----------+--- and so on --+---------------------+
 *   | 1   | n   | RAM: pages    | disk 0:  |  to disk n-2   | encoded             |
 *   | u32 | u32 | u32, 0 u32,   | pages,   |                | MachineState        |
 *   |     |     | origin, root  | ...      |                |                     |
 *   +-----+-----+---------------+----------+----------------+---------------------+
 * </pre>
 *
 * where 1 is the version of this definition, n counts RAM and disks, and each of those is 40 bytes:
 * its number of pages, zero, the digest of what its untouched pages hold, and the root of its
 * {@link HashTree}. Belongs to the thread that runs the machine.
 */
public final class StateDigest implements AutoCloseable {
  private static final int VERSION = 1;
  private static final int PART = 8 + 2 * Digest128.BYTES;

  /** What is said of RAM, or of a disk. */
  record Part(int pages, Digest128 origin, Digest128 root) {}

  private final List<ContentDigest> parts = new ArrayList<>();

  /**
   * Begins to watch.
   *
   * @param contents RAM, then the disks in the order of their slots
   */
  public StateDigest(List<? extends PagedContent> contents) {
    for (PagedContent content : contents) {
      parts.add(new ContentDigest(content));
    }
  }

  /**
   * The digest of the machine as it stands.
   *
   * @param state what {@code Machine.save} returned just now
   */
  public Digest128 of(MachineState state) {
    return combine(
        parts.stream()
            .map(part -> new Part(part.content().pages(), part.content().origin(), part.root()))
            .toList(),
        state);
  }

  static Digest128 combine(List<Part> parts, MachineState state) {
    byte[] encoded = new StateCodec().encode(state);
    ByteBuffer b = ByteBuffer.allocate(8 + parts.size() * PART + encoded.length);
    b.order(ByteOrder.LITTLE_ENDIAN).putInt(VERSION).putInt(parts.size());
    for (Part part : parts) {
      b.putInt(part.pages).putInt(0);
      part.origin.put(b);
      part.root.put(b);
    }
    return Digest128.of(b.put(encoded).array());
  }

  /** The digests of RAM (0) and of the disks (from 1), for finding the pages that differ. */
  public ContentDigest part(int index) {
    return parts.get(index);
  }

  @Override
  public void close() {
    parts.forEach(ContentDigest::close);
  }
}
