package org.replaymigrate.protocol.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;

/** How one component of a record is written, chosen by its declared type and by nothing else. */
sealed interface Field {
  void write(Kryo kryo, Output out, Object value);

  Object read(Kryo kryo, Input in);

  /**
   * The field for a declared type.
   *
   * @throws IllegalArgumentException if states may not hold such a type: a mistake in a table
   */
  static Field of(Kryo kryo, Type type) {
    if (type instanceof ParameterizedType p && p.getRawType() == List.class) {
      return new ListOf(of(kryo, p.getActualTypeArguments()[0]));
    }
    if (type instanceof Class<?> c) {
      if (c.isInterface()) {
        return new OneOf(c);
      }
      if (c.isRecord()) {
        kryo.getRegistration(c); // refuses what has no line in the table
        return new Nested(c);
      }
      for (Plain plain : Plain.values()) {
        if (plain.type == c) {
          return plain;
        }
      }
    }
    throw new IllegalArgumentException("states cannot hold a " + type.getTypeName());
  }

  /** Primitives, strings and arrays. */
  enum Plain implements Field {
    BOOLEAN(boolean.class) {
      @Override
      public void write(Kryo kryo, Output out, Object value) {
        out.writeByte((Boolean) value ? 1 : 0);
      }

      @Override
      public Object read(Kryo kryo, Input in) {
        return Fields.readBoolean(in);
      }
    },
    INT(int.class) {
      @Override
      public void write(Kryo kryo, Output out, Object value) {
        out.writeVarInt((Integer) value, false);
      }

      @Override
      public Object read(Kryo kryo, Input in) {
        return in.readVarInt(false);
      }
    },
    LONG(long.class) {
      @Override
      public void write(Kryo kryo, Output out, Object value) {
        out.writeVarLong((Long) value, false);
      }

      @Override
      public Object read(Kryo kryo, Input in) {
        return in.readVarLong(false);
      }
    },
    TEXT(String.class) {
      @Override
      public void write(Kryo kryo, Output out, Object value) {
        Fields.writeText(out, (String) value);
      }

      @Override
      public Object read(Kryo kryo, Input in) {
        return Fields.readText(in);
      }
    },
    BYTES(byte[].class) {
      @Override
      public void write(Kryo kryo, Output out, Object value) {
        Fields.writeBytes(out, (byte[]) value);
      }

      @Override
      public Object read(Kryo kryo, Input in) {
        return Fields.readBytes(in);
      }
    },
    INTS(int[].class) {
      @Override
      public void write(Kryo kryo, Output out, Object value) {
        Fields.writeInts(out, (int[]) value);
      }

      @Override
      public Object read(Kryo kryo, Input in) {
        return Fields.readInts(in);
      }
    },
    LONGS(long[].class) {
      @Override
      public void write(Kryo kryo, Output out, Object value) {
        Fields.writeLongs(out, (long[]) value);
      }

      @Override
      public Object read(Kryo kryo, Input in) {
        return Fields.readLongs(in);
      }
    };

    private final Class<?> type;

    Plain(Class<?> type) {
      this.type = type;
    }
  }

  /** A record of a type which the declaration names: no id is written. */
  record Nested(Class<?> type) implements Field {
    @Override
    public void write(Kryo kryo, Output out, Object value) {
      writeRecord(kryo, out, kryo.getRegistration(type), value);
    }

    @Override
    public Object read(Kryo kryo, Input in) {
      return readRecord(kryo, in, kryo.getRegistration(type));
    }
  }

  /** A record of any registered type that implements an interface: its id comes first. */
  record OneOf(Class<?> type) implements Field {
    @Override
    public void write(Kryo kryo, Output out, Object value) {
      Registration registration = kryo.getRegistration(value.getClass());
      out.writeVarInt(registration.getId(), true);
      writeRecord(kryo, out, registration, value);
    }

    @Override
    public Object read(Kryo kryo, Input in) {
      int id = in.readVarInt(true);
      Registration registration = kryo.getRegistration(id);
      if (registration == null || !type.isAssignableFrom(registration.getType())) {
        throw new Malformed("unknown id " + id + " of a " + type.getSimpleName());
      }
      return readRecord(kryo, in, registration);
    }
  }

  /** The number of elements, then the elements. */
  record ListOf(Field element) implements Field {
    @Override
    public void write(Kryo kryo, Output out, Object value) {
      List<?> list = (List<?>) value;
      out.writeVarInt(list.size(), true);
      for (Object each : list) {
        element.write(kryo, out, each);
      }
    }

    @Override
    public Object read(Kryo kryo, Input in) {
      int size = Fields.readLength(in);
      List<Object> list = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        list.add(element.read(kryo, in));
      }
      return List.copyOf(list);
    }
  }

  /** Through Kryo, which counts how deep the records lie. */
  private static void writeRecord(Kryo kryo, Output out, Registration registration, Object value) {
    kryo.writeObject(out, value, registration.getSerializer());
  }

  @SuppressWarnings("unchecked") // Kryo's registrations are not generic.
  private static Object readRecord(Kryo kryo, Input in, Registration registration) {
    return kryo.readObject(in, registration.getType(), registration.getSerializer());
  }
}
