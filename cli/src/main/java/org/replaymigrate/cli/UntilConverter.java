package org.replaymigrate.cli;

import org.replaymigrate.replayer.Until;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An instruction count, or {@code end}. */
final class UntilConverter implements ITypeConverter<Until> {
  @Override
  public Until convert(String text) {
    if (text.equals("end")) {
      return Until.END;
    }
    try {
      long count = Long.parseLong(text);
      if (count >= 0) {
        return new Until.Instructions(count);
      }
    } catch (NumberFormatException e) {
      // Falls through to the one complaint.
    }
    throw new TypeConversionException("'" + text + "' is neither an instruction count nor end");
  }
}
