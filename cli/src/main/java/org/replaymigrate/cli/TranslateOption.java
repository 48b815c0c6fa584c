package org.replaymigrate.cli;

import org.replaymigrate.protocol.host.TranslationWorker;
import org.replaymigrate.vkernel.translate.Translation;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code --translate}, wherever a machine runs. */
final class TranslateOption {
  /** What the option says. */
  enum Choice {
    ON,
    OFF
  }

  private static final class Converter implements ITypeConverter<Choice> {
    @Override
    public Choice convert(String value) {
      return switch (value) {
        case "on" -> Choice.ON;
        case "off" -> Choice.OFF;
        default -> throw new TypeConversionException("'" + value + "' is neither on nor off");
      };
    }
  }

  @Option(
      names = "--translate",
      paramLabel = "on|off",
      converter = Converter.class,
      description =
          "Whether the guest's code is translated to JVM bytecode or interpreted; changes speed only"
              + " (default: on).")
  private Choice choice = Choice.ON;

  Translation translation() {
    return choice == Choice.ON ? TranslationWorker.translation() : Translation.OFF;
  }

  /** The option as a child process takes it. */
  String argument() {
    return "--translate=" + (choice == Choice.ON ? "on" : "off");
  }
}
