package org.replaymigrate.protocol.checkpoint;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.store.Sha256;

/** The names of the pages of a space, as a checkpoint has it; nothing of their content is read. */
public final class PageNames {
  private final Map<Integer, Sha256> names = new HashMap<>();
  private final BitSet saved = new BitSet();
  private final BitSet zero = new BitSet();

  private PageNames() {}

  /**
   * Those of RAM (0), or of a disk (from 1).
   *
   * @throws FormatException.Corrupt if the checkpoint contradicts itself
   */
  public static PageNames of(CheckpointReader reader, int space) throws FormatException.Corrupt {
    PageNames result = new PageNames();
    int pages = reader.manifest().spaces().get(space).pages();
    for (Part part : reader.parts(space, pages, result.zero::set)) {
      for (int i = 0; i < part.count(); i++) {
        result.names.put(part.page(i), part.hash(i));
        result.saved.set(part.page(i));
      }
    }
    return result;
  }

  /** The name of a page; null if it is zero, or as it was at power-on. */
  public @Nullable Sha256 name(int page) {
    return names.get(page);
  }

  /** The pages that have names. */
  public BitSet saved() {
    return (BitSet) saved.clone();
  }

  /** All pages that have names, in order. */
  public void forEach(ObjIntConsumer<Sha256> visitor) {
    for (int page = saved.nextSetBit(0); page >= 0; page = saved.nextSetBit(page + 1)) {
      Sha256 name = names.get(page);
      if (name != null) {
        visitor.accept(name, page);
      }
    }
  }

  /** The pages that are others here than there, zero pages among them. */
  public BitSet differing(PageNames other) {
    BitSet differing = (BitSet) saved.clone();
    differing.xor(other.saved);
    BitSet zeroHere = (BitSet) zero.clone();
    zeroHere.xor(other.zero);
    differing.or(zeroHere);
    names.forEach((page, name) -> {
      if (!name.equals(other.names.get(page))) {
        differing.set(page);
      }
    });
    return differing;
  }
}
