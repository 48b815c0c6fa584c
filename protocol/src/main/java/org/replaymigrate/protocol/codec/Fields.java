package org.replaymigrate.protocol.codec;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The building blocks of every encoding. Unsigned varints are little-endian groups of seven bits,
 * the top bit of a byte saying that another follows; the ninth byte of a long holds eight bits.
 * Signed ones are zigzag first. Arrays and strings are a length and that many elements; the length
 * is checked against what is left before anything is allocated.
 */
final class Fields {
  private Fields() {}

  static void require(boolean valid, String message) {
    if (!valid) {
      throw new Malformed(message);
    }
  }

  static int remaining(Input in) {
    return in.limit() - in.position();
  }

  /** A length or number of elements, each of which takes at least a byte. */
  static int readLength(Input in) {
    int length = in.readVarInt(true);
    if (length < 0 || length > remaining(in)) {
      throw new Malformed("length " + (length & 0xffff_ffffL) + " exceeds what is left");
    }
    return length;
  }

  static boolean readBoolean(Input in) {
    int value = in.readByte();
    require(value == 0 || value == 1, "neither true nor false");
    return value == 1;
  }

  static void writeBytes(Output out, byte[] bytes) {
    out.writeVarInt(bytes.length, true);
    out.writeBytes(bytes);
  }

  static byte[] readBytes(Input in) {
    return in.readBytes(readLength(in));
  }

  static void writeInts(Output out, int[] values) {
    out.writeVarInt(values.length, true);
    for (int value : values) {
      out.writeVarInt(value, false);
    }
  }

  static int[] readInts(Input in) {
    int[] values = new int[readLength(in)];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readVarInt(false);
    }
    return values;
  }

  static void writeLongs(Output out, long[] values) {
    out.writeVarInt(values.length, true);
    for (long value : values) {
      out.writeVarLong(value, false);
    }
  }

  static long[] readLongs(Input in) {
    long[] values = new long[readLength(in)];
    for (int i = 0; i < values.length; i++) {
      values[i] = in.readVarLong(false);
    }
    return values;
  }

  static void writeText(Output out, String text) {
    writeBytes(out, text.getBytes(StandardCharsets.UTF_8));
  }

  static String readText(Input in) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(readBytes(in))).toString();
    } catch (CharacterCodingException e) {
      throw new Malformed("text is not UTF-8");
    }
  }
}
