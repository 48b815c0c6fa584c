package org.replaymigrate.protocol.checkpoint;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;

/**
 * Page maps as bytes: how many runs, and then one column after another, since the numbers of a
 * column are like each other and compress well. Byte for byte in docs/formats/checkpoint.md.
 */
final class MapCodec {
  private MapCodec() {}

  static void write(Output out, PageMap map, int packs) {
    int[] expected = new int[packs];
    int[] end = new int[1];
    out.writeVarInt(map.pages(), true);
    out.writeVarInt(map.runs(), true);
    map.forEach((first, count, pack, entry) -> {
      out.writeVarInt(first - end[0], true);
      end[0] = first + count;
    });
    map.forEach((first, count, pack, entry) -> out.writeVarInt(count, true));
    map.forEach((first, count, pack, entry) -> out.writeVarInt(pack + 1, true));
    map.forEach((first, count, pack, entry) -> {
      if (pack != PageMap.ZERO) {
        out.writeVarInt(entry - expected[pack], false);
        expected[pack] = entry + count;
      }
    });
  }

  /**
   * Reads a map, the number of whose pages has been read and found right.
   *
   * @param packs how many the manifest names
   * @throws IllegalArgumentException if it is none
   * @throws com.esotericsoftware.kryo.KryoException if it is cut short
   */
  static PageMap read(Input in, int pages, int packs, boolean ram) {
    int runs = in.readVarInt(true);
    // A run takes at least three bytes.
    require(runs >= 0 && runs <= (in.limit() - in.position()) / 3, "a map that is cut short");
    int[] firsts = new int[runs];
    int[] counts = new int[runs];
    int[] numbers = new int[runs];
    for (int i = 0; i < runs; i++) {
      firsts[i] = in.readVarInt(true);
    }
    for (int i = 0; i < runs; i++) {
      counts[i] = in.readVarInt(true);
    }
    for (int i = 0; i < runs; i++) {
      numbers[i] = in.readVarInt(true) - 1;
    }
    PageMap.Builder map = new PageMap.Builder(pages, true);
    int[] expected = new int[packs];
    int end = 0;
    for (int i = 0; i < runs; i++) {
      int first = end + firsts[i];
      require(
          firsts[i] >= 0 && first >= end && counts[i] >= 1 && first <= pages - counts[i],
          "a run of pages out of place");
      require(numbers[i] >= PageMap.ZERO && numbers[i] < packs, "there is no pack " + numbers[i]);
      require(!(ram && numbers[i] == PageMap.ZERO), "zero pages of RAM that are listed");
      int entry = 0;
      if (numbers[i] != PageMap.ZERO) {
        entry = expected[numbers[i]] + in.readVarInt(false);
        require(entry >= 0 && entry <= Integer.MAX_VALUE - counts[i], "there is no entry " + entry);
        expected[numbers[i]] = entry + counts[i];
      }
      map.add(first, counts[i], numbers[i], entry);
      end = first + counts[i];
    }
    return map.build();
  }

  private static void require(boolean valid, String what) {
    if (!valid) {
      throw new IllegalArgumentException(what);
    }
  }
}
