package org.replaymigrate.protocol.digest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tree of digests: the leaves are those of pages, a node is the XXH3-128 of its {@value #FANOUT}
 * children, and a node all of whose children are {@link Digest128#NONE} is itself NONE, as are the
 * children which the last node of a level lacks.
 *
 * <pre>
 *   level 2                 [ root's children ]              one node, 4096 bytes
 *                            /        |      \
 *   level 1          [ 256 digests ] [ ... ] [ ... ]
 *                     /     |
 *   level 0   [ 256 leaves ] [ ... ]                         leaf = digest of a page, or NONE
 * </pre>
 *
 * <p>Nodes come into being when something is put into them, so that a tree over a large disk of
 * which little was written is small. For one thread at a time.
 */
public final class HashTree {
  public static final int FANOUT = 256;

  private static final int SHIFT = 8;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The nodes of a level, each the bytes of its children's digests; null if all are NONE. */
  private static final class Level {
    final byte[] @Nullable [] nodes;
    final BitSet stale = new BitSet();

    Level(int count) {
      nodes = new byte[count][];
    }
  }

  private final int leaves;
  private final List<Level> levels = new ArrayList<>();
  private Digest128 root = Digest128.NONE;

  /** A tree with {@code leaves} leaves, at least one, all NONE. */
  public HashTree(int leaves) {
    if (leaves < 1) {
      throw new IllegalArgumentException(leaves + " leaves");
    }
    this.leaves = leaves;
    int count = leaves;
    do {
      count = (count + FANOUT - 1) >>> SHIFT;
      levels.add(new Level(count));
    } while (count > 1);
  }

  public int leaves() {
    return leaves;
  }

  /** How many levels of nodes there are; the topmost has one. */
  public int levels() {
    return levels.size();
  }

  /** How many nodes a level has. */
  public int nodes(int level) {
    return levels.get(level).nodes.length;
  }

  /** Sets a leaf. Costs nothing more until {@link #root} is asked for. */
  public void set(int leaf, long high, long low) {
    if (leaf < 0 || leaf >= leaves) {
      throw new IndexOutOfBoundsException(leaf);
    }
    put(0, leaf, high, low);
  }

  public Digest128 leaf(int leaf) {
    return child(0, leaf);
  }

  private void put(int level, int child, long high, long low) {
    Level at = levels.get(level);
    int node = child >>> SHIFT;
    byte[] bytes = at.nodes[node];
    if (bytes == null) {
      if ((high | low) == 0) {
        return;
      }
      bytes = new byte[FANOUT * Digest128.BYTES];
      at.nodes[node] = bytes;
    }
    int offset = (child & (FANOUT - 1)) * Digest128.BYTES;
    LONG.set(bytes, offset, low);
    LONG.set(bytes, offset + 8, high);
    at.stale.set(node);
  }

  private Digest128 child(int level, int child) {
    byte[] bytes = levels.get(level).nodes[child >>> SHIFT];
    if (bytes == null) {
      return Digest128.NONE;
    }
    int offset = (child & (FANOUT - 1)) * Digest128.BYTES;
    return new Digest128((long) LONG.get(bytes, offset + 8), (long) LONG.get(bytes, offset));
  }

  /** The digest of everything. Hashes again the nodes above leaves that were set. */
  public Digest128 root() {
    for (int i = 0; i < levels.size(); i++) {
      Level level = levels.get(i);
      for (int n = level.stale.nextSetBit(0); n >= 0; n = level.stale.nextSetBit(n + 1)) {
        Digest128 digest = hash(level.nodes[n]);
        if (i + 1 < levels.size()) {
          put(i + 1, n, digest.high(), digest.low());
        } else {
          root = digest;
        }
      }
      level.stale.clear();
    }
    return root;
  }

  private static Digest128 hash(byte @Nullable [] node) {
    return node == null || isNone(node) ? Digest128.NONE : Digest128.of(node);
  }

  private static boolean isNone(byte[] node) {
    for (byte b : node) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * The children of a node: what one end sends and the other compares with its own, from the top
   * down, to find the pages that differ. {@link #root} has been called since the last {@link #set}.
   *
   * @param level from 0, whose children are leaves
   * @return {@value #FANOUT} digests of 16 bytes
   */
  public byte[] node(int level, int index) {
    byte[] bytes = levels.get(level).nodes[index];
    return bytes == null ? new byte[FANOUT * Digest128.BYTES] : bytes.clone();
  }

  /**
   * Which children of a node differ from another tree's.
   *
   * @param theirs what {@link #node} returned there
   * @return their indices on the level below; of level 0, leaves
   */
  public List<Integer> differing(int level, int index, byte[] theirs) {
    if (theirs.length != FANOUT * Digest128.BYTES) {
      throw new IllegalArgumentException(theirs.length + " bytes");
    }
    byte[] ours = node(level, index);
    List<Integer> children = new ArrayList<>();
    for (int i = 0; i < FANOUT; i++) {
      int offset = i * Digest128.BYTES;
      if ((long) LONG.get(ours, offset) != (long) LONG.get(theirs, offset)
          || (long) LONG.get(ours, offset + 8) != (long) LONG.get(theirs, offset + 8)) {
        children.add((index << SHIFT) + i);
      }
    }
    return children;
  }
}
