package org.replaymigrate.replayer;

import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.MachineState;

/**
 * Names the fields in which two states differ, as a reader of the sources would: {@code
 * harts[0].pc}, {@code devices[4].Uart16550.lcr}.
 */
public final class StateDifference {
  private final int limit;
  private final List<String> found = new ArrayList<>();

  private StateDifference(int limit) {
    this.limit = limit;
  }

  /**
   * The fields that differ, each with both its values.
   *
   * @param limit no more than so many are named, at least 1
   */
  public static List<String> between(MachineState actual, MachineState expected, int limit) {
    StateDifference difference = new StateDifference(limit);
    difference.records("", actual, expected);
    return difference.found;
  }

  private void records(String path, Record actual, Record expected) {
    for (RecordComponent component : actual.getClass().getRecordComponents()) {
      String name = path.isEmpty() ? component.getName() : path + "." + component.getName();
      values(name, get(component, actual), get(component, expected));
    }
  }

  private static @Nullable Object get(RecordComponent component, Record from) {
    try {
      return component.getAccessor().invoke(from);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " is not public", e);
    }
  }

  private void values(String path, @Nullable Object actual, @Nullable Object expected) {
    if (found.size() >= limit || Objects.equals(actual, expected)) {
      return;
    }
    if (actual instanceof List<?> a && expected instanceof List<?> e) {
      elements(path, a, e);
    } else if (actual != null && expected != null && actual.getClass() == expected.getClass()) {
      if (actual instanceof Record a) {
        String device = path.startsWith("devices[") && path.endsWith("]") ? "." + device(a) : "";
        records(path + device, a, (Record) expected);
      } else if (actual.getClass().isArray()) {
        elements(path, list(actual), list(expected));
      } else {
        found.add(path + " " + text(actual) + ", expected " + text(expected));
      }
    } else {
      found.add(path + " " + actual + ", expected " + expected);
    }
  }

  private void elements(String path, List<?> actual, List<?> expected) {
    if (actual.size() != expected.size()) {
      found.add(path + " of " + actual.size() + ", expected " + expected.size());
    }
    for (int i = 0; i < Math.min(actual.size(), expected.size()); i++) {
      values(path + "[" + i + "]", actual.get(i), expected.get(i));
    }
  }

  /** The class whose state a nested record is. */
  private static String device(Record state) {
    Class<?> outer = state.getClass().getEnclosingClass();
    return (outer == null ? state.getClass() : outer).getSimpleName();
  }

  private static List<Object> list(Object array) {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < Array.getLength(array); i++) {
      list.add(Array.get(array, i));
    }
    return list;
  }

  private static String text(Object value) {
    return switch (value) {
      case Long l -> "0x" + Long.toHexString(l);
      case Integer i -> "0x" + Integer.toHexString(i);
      case Byte b -> "0x" + Integer.toHexString(b & 0xff);
      default -> value.toString();
    };
  }
}
