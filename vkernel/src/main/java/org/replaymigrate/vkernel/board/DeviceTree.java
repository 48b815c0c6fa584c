package org.replaymigrate.vkernel.board;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a flattened device tree (Devicetree Specification 0.4, chapter 5), version 17:
 *
 * <pre>
 *   header               40 bytes, big-endian words
 *   memory reservations  none: a terminator of 16 bytes
 *   structure            tokens, nodes in the order in which they are begun
 *   strings              names of properties, once each
 * </pre>
 */
public final class DeviceTree {
  private static final int MAGIC = 0xd00d_feed;
  private static final int VERSION = 17;
  private static final int LAST_COMPATIBLE_VERSION = 16;
  private static final int HEADER = 40;
  private static final int RESERVATIONS = 16;

  private static final int BEGIN_NODE = 1;
  private static final int END_NODE = 2;
  private static final int PROPERTY = 3;
  private static final int END = 9;

  private final ByteArrayOutputStream structure = new ByteArrayOutputStream();
  private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
  private final Map<String, Integer> names = new TreeMap<>();
  private int depth;
  private boolean rootEnded;

  /** Begins a node inside the present one; the first, named "", is the root. */
  public DeviceTree begin(String name) {
    if (rootEnded || (depth == 0) != name.isEmpty()) {
      throw new IllegalStateException("node '" + name + "' at depth " + depth);
    }
    depth++;
    word(BEGIN_NODE);
    text(name);
    pad();
    return this;
  }

  /** Ends the present node. */
  public DeviceTree end() {
    if (depth == 0) {
      throw new IllegalStateException("no node to end");
    }
    depth--;
    rootEnded = depth == 0;
    word(END_NODE);
    return this;
  }

  /** A property without a value. */
  public DeviceTree flag(String name) {
    return bytes(name);
  }

  /** A property of 32-bit cells. */
  public DeviceTree cells(String name, int... cells) {
    ByteBuffer value = ByteBuffer.allocate(4 * cells.length);
    for (int cell : cells) {
      value.putInt(cell);
    }
    return bytes(name, value.array());
  }

  /** A property of pairs of cells: addresses, or addresses and sizes. */
  public DeviceTree longs(String name, long... values) {
    ByteBuffer value = ByteBuffer.allocate(8 * values.length);
    for (long v : values) {
      value.putLong(v);
    }
    return bytes(name, value.array());
  }

  /** A property of strings, none of which may hold a NUL. */
  public DeviceTree strings(String name, String... values) {
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    for (String v : values) {
      if (v.indexOf(0) >= 0) {
        throw new IllegalArgumentException("device tree: NUL inside " + name);
      }
      value.writeBytes(v.getBytes(UTF_8));
      value.write(0);
    }
    return bytes(name, value.toByteArray());
  }

  /** A property of bytes. */
  public DeviceTree bytes(String name, byte... value) {
    if (depth == 0) {
      throw new IllegalStateException("property " + name + " outside a node");
    }
    word(PROPERTY);
    word(value.length);
    word(nameOffset(name));
    structure.writeBytes(value);
    pad();
    return this;
  }

  /** The finished blob. */
  public byte[] blob() {
    if (!rootEnded) {
      throw new IllegalStateException("the root node is not ended");
    }
    int structureSize = structure.size() + 4;
    int structureOffset = HEADER + RESERVATIONS;
    int stringsOffset = structureOffset + structureSize;
    int total = stringsOffset + strings.size();
    return ByteBuffer.allocate(total)
        .putInt(MAGIC)
        .putInt(total)
        .putInt(structureOffset)
        .putInt(stringsOffset)
        .putInt(HEADER)
        .putInt(VERSION)
        .putInt(LAST_COMPATIBLE_VERSION)
        .putInt(0) // boot hart
        .putInt(strings.size())
        .putInt(structureSize)
        .position(structureOffset)
        .put(structure.toByteArray())
        .putInt(END)
        .put(strings.toByteArray())
        .array();
  }

  private int nameOffset(String name) {
    Integer known = names.get(name);
    if (known != null) {
      return known;
    }
    int offset = strings.size();
    names.put(name, offset);
    strings.writeBytes(name.getBytes(UTF_8));
    strings.write(0);
    return offset;
  }

  private void text(String text) {
    structure.writeBytes(text.getBytes(UTF_8));
    structure.write(0);
  }

  private void word(int word) {
    structure.writeBytes(ByteBuffer.allocate(4).putInt(word).array());
  }

  private void pad() {
    while (structure.size() % 4 != 0) {
      structure.write(0);
    }
  }
}
