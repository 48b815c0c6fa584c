package org.replaymigrate.vkernel.arch;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Looks like an offence and is none: the bans must leave it alone. */
public final class Harmless {
  private final Map<Integer, String> ordered = new TreeMap<>();
  private final Map<Integer, String> asInserted = new LinkedHashMap<>();
  private final Map<Kind, String> asDeclared = new EnumMap<>(Kind.class);
  private final List<String> list = new ArrayList<>();

  enum Kind {
    ONE
  }

  @Override
  public int hashCode() {
    return 31 * list.hashCode() + Long.hashCode(ordered.size());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Harmless that && list.equals(that.list);
  }

  double exact(double x) {
    return Math.fma(x, Math.sqrt(x), StrictMath.sin(asInserted.size() + asDeclared.size()));
  }
}
