package org.replaymigrate.cli;

import org.replaymigrate.protocol.home.Pace;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code real} or {@code max}. */
final class PaceConverter implements ITypeConverter<Pace> {
  @Override
  public Pace convert(String text) {
    return switch (text) {
      case "real" -> Pace.REAL;
      case "max" -> Pace.MAX;
      default -> throw new TypeConversionException("'" + text + "' is no pace: want real or max");
    };
  }
}
