package org.replaymigrate.recorder.control;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client has sent with a request; nothing in it can be relied on before it has been asked
 * for with a type.
 *
 * @param values by name
 */
public record ControlArguments(Map<String, Object> values) {

  /** A string that must be there. */
  public String string(String name) throws ControlException {
    if (values.get(name) instanceof String s) {
      return s;
    }
    throw wrong(name, "a string");
  }

  /** A string, or null if there is none. */
  public @Nullable String optionalString(String name) throws ControlException {
    return values.get(name) == null ? null : string(name);
  }

  /** A whole number, or {@code otherwise} if there is none. */
  public long number(String name, long otherwise) throws ControlException {
    Object value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw wrong(name, "a whole number");
  }

  /** A truth value, false if there is none. */
  public boolean flag(String name) throws ControlException {
    Object value = values.get(name);
    if (value == null) {
      return false;
    }
    if (value instanceof Boolean b) {
      return b;
    }
    throw wrong(name, "true or false");
  }

  private static ControlException wrong(String name, String wanted) {
    return new ControlException(
        ControlException.Kind.USAGE, "argument \"" + name + "\": want " + wanted);
  }
}
