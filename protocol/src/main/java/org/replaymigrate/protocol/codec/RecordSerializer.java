package org.replaymigrate.protocol.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/**
 * A record as its components, one after the other in the order of their declaration. What the bytes
 * say never chooses a class: only the record's own declaration does, and ids from the table.
 */
final class RecordSerializer<T extends Record> extends Serializer<T> {
  private final RecordComponent[] components;
  private final Constructor<T> constructor;
  private final Field[] fields;

  /** Nested record types must have been registered with {@code kryo} before. */
  RecordSerializer(Kryo kryo, Class<T> type) {
    try {
      components = type.getRecordComponents();
      constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException(type.getName(), e);
    }
    constructor.setAccessible(true);
    fields = new Field[components.length];
    for (int i = 0; i < fields.length; i++) {
      components[i].getAccessor().setAccessible(true);
      fields[i] = Field.of(kryo, components[i].getGenericType());
    }
  }

  @Override
  public void write(Kryo kryo, Output out, T value) {
    try {
      for (int i = 0; i < fields.length; i++) {
        fields[i].write(kryo, out, components[i].getAccessor().invoke(value));
      }
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(value.getClass().getName(), e);
    }
  }

  @Override
  public T read(Kryo kryo, Input in, Class<? extends T> type) {
    Object[] values = new Object[fields.length];
    for (int i = 0; i < fields.length; i++) {
      values[i] = fields[i].read(kryo, in);
    }
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      // The record's own check has refused the values; it says why in the cause.
      throw new Malformed(e.getCause() == null ? "refused" : "" + e.getCause().getMessage());
    } catch (InstantiationException | IllegalAccessException e) {
      throw new IllegalStateException(type.getName(), e);
    }
  }
}
