package org.replaymigrate.vkernel.board;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads a flattened device tree strictly by the specification; for tests. */
final class ParsedTree {
  /** Values by path, such as {@code /cpus/cpu@0/reg}; nodes have an empty value. */
  final Map<String, byte[]> values = new LinkedHashMap<>();

  ParsedTree(byte[] blob) {
    ByteBuffer b = ByteBuffer.wrap(blob);
    check(b.getInt(0) == 0xd00dfeed, "magic");
    check(b.getInt(4) == blob.length, "total size");
    int structure = b.getInt(8);
    int strings = b.getInt(12);
    int reservations = b.getInt(16);
    check(b.getInt(20) == 17 && b.getInt(24) == 16, "version");
    check(b.getInt(28) == 0, "boot hart");
    int stringsSize = b.getInt(32);
    int structureSize = b.getInt(36);
    check(reservations % 8 == 0 && structure % 4 == 0, "alignment");
    check(b.getLong(reservations) == 0 && b.getLong(reservations + 8) == 0, "reservations");
    check(reservations + 16 <= structure, "reservations overlap");
    check(structure + structureSize <= strings, "structure overlaps");
    check(strings + stringsSize == blob.length, "strings end");
    Deque<String> path = new ArrayDeque<>();
    b.position(structure);
    while (true) {
      int token = b.getInt();
      switch (token) {
        case 1 -> {
          String name = text(b);
          align(b);
          path.addLast(path.isEmpty() ? "" : path.getLast() + "/" + name);
          check(values.put(path.getLast() + "/", new byte[0]) == null, "node twice: " + name);
        }
        case 2 -> path.removeLast();
        case 3 -> {
          byte[] value = new byte[b.getInt()];
          ByteBuffer names = b.duplicate().position(strings + b.getInt());
          String name = path.getLast() + "/" + text(names);
          b.get(value);
          align(b);
          check(values.put(name, value) == null, "property twice: " + name);
        }
        case 9 -> {
          check(path.isEmpty(), "open nodes at the end");
          check(b.position() == structure + structureSize, "structure size");
          return;
        }
        default -> throw new AssertionError("token " + token);
      }
    }
  }

  private static String text(ByteBuffer b) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (byte c = b.get(); c != 0; c = b.get()) {
      text.write(c);
    }
    return text.toString(UTF_8);
  }

  private static void align(ByteBuffer b) {
    b.position((b.position() + 3) & -4);
  }

  private static void check(boolean valid, String what) {
    if (!valid) {
      throw new AssertionError("device tree: " + what);
    }
  }

  boolean has(String path) {
    return values.containsKey(path);
  }

  byte[] bytes(String path) {
    byte[] value = values.get(path);
    check(value != null, "no " + path);
    return value;
  }

  /** Strings joined with {@code |}. */
  String text(String path) {
    String all = new String(bytes(path), UTF_8);
    check(all.endsWith("\0"), path + " is not terminated");
    return all.substring(0, all.length() - 1).replace('\0', '|');
  }

  int[] cells(String path) {
    ByteBuffer value = ByteBuffer.wrap(bytes(path));
    int[] cells = new int[value.remaining() / 4];
    value.asIntBuffer().get(cells);
    return cells;
  }

  long number(String path) {
    ByteBuffer value = ByteBuffer.wrap(bytes(path));
    return value.remaining() == 8 ? value.getLong() : value.getInt();
  }
}
