package org.replaymigrate.protocol.digest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashTreeTest {
  /** The definition, straightforwardly: nodes of 256 digests, from the leaves up. */
  private static Digest128 reference(List<Digest128> level) {
    List<Digest128> above = new java.util.ArrayList<>();
    for (int i = 0; i < level.size(); i += 256) {
      ByteBuffer node = ByteBuffer.allocate(4096);
      boolean none = true;
      for (Digest128 child : level.subList(i, Math.min(level.size(), i + 256))) {
        child.put(node);
        none &= child.equals(Digest128.NONE);
      }
      above.add(none ? Digest128.NONE : Digest128.of(node.array()));
    }
    return above.size() == 1 ? above.getFirst() : reference(above);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 255, 256, 257, 65_536, 70_000})
  void rootIsAsDefined(int leaves) {
    Random random = new Random(leaves);
    HashTree tree = new HashTree(leaves);
    Digest128[] model = new Digest128[leaves];
    java.util.Arrays.fill(model, Digest128.NONE);
    assertEquals(Digest128.NONE, tree.root());
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < 300; i++) {
        int leaf = random.nextInt(leaves);
        model[leaf] =
            random.nextInt(4) == 0
                ? Digest128.NONE
                : new Digest128(random.nextLong(), random.nextLong());
        tree.set(leaf, model[leaf].high(), model[leaf].low());
      }
      assertEquals(reference(List.of(model)), tree.root());
    }
    for (int leaf = 0; leaf < leaves; leaf++) {
      tree.set(leaf, 0, 0);
    }
    assertEquals(Digest128.NONE, tree.root());
  }

  @Test
  void differingLeavesAreFoundFromTheTop() {
    int leaves = 300_000;
    HashTree ours = new HashTree(leaves);
    HashTree theirs = new HashTree(leaves);
    Set<Integer> different = new TreeSet<>();
    Random random = new Random(3);
    for (int i = 0; i < 2000; i++) {
      int leaf = random.nextInt(leaves);
      long high = random.nextLong();
      ours.set(leaf, high, 1);
      theirs.set(leaf, high, 1);
    }
    for (int i = 0; i < 5; i++) {
      int leaf = random.nextInt(leaves);
      theirs.set(leaf, i, 2);
      different.add(leaf);
    }
    assertNotEquals(ours.root(), theirs.root());
    List<Integer> suspects = List.of(0);
    for (int level = ours.levels() - 1; level >= 0; level--) {
      int at = level;
      suspects =
          suspects.stream()
              .flatMap(node -> ours.differing(at, node, theirs.node(at, node)).stream())
              .toList();
    }
    assertEquals(different, new TreeSet<>(suspects));
  }

  @Test
  void hashIsXxh3WithSeedZero() {
    // As the reference implementation has it for no bytes at all.
    assertEquals("99aa06d3014798d86001c324468d497f", Digest128.of(new byte[0]).toString());
  }

  @Test
  void leafOutsideIsRefused() {
    HashTree tree = new HashTree(10);
    assertThrows(IndexOutOfBoundsException.class, () -> tree.set(10, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new HashTree(0));
  }
}
