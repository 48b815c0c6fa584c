package org.replaymigrate.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How a migration may go about it. */
final class PlanOptions {
  private static final List<String> STRATEGIES = List.of("auto", "replay", "pages");
  private static final List<String> GOALS = List.of("time", "bytes", "downtime");
  private static final int MOST_THROTTLE = 99;

  @Option(
      names = "--strategy",
      paramLabel = "auto|replay|pages",
      converter = StrategyConverter.class,
      description = {
        "replay: the other side replays the log. pages: it is sent the memory that changes, round"
            + " by round.",
        "auto (default): replay, unless pages serve the goal clearly better; pages also when"
            + " replaying falls behind however much the guest is slowed down."
      })
  private String strategy = STRATEGIES.getFirst();

  @Option(
      names = "--goal",
      paramLabel = "time|bytes|downtime",
      converter = GoalConverter.class,
      description = "What there shall be least of, with --strategy auto (default: time).")
  private String goal = GOALS.getFirst();

  @Option(
      names = "--max-throttle",
      paramLabel = "PERCENT",
      converter = ThrottleConverter.class,
      description = {
        "By how much the guest may be slowed down, little by little, when the other side does not"
            + " gain on it otherwise (default: 80).",
        "When even that is not enough, --timeout ends it, and the guest runs on here."
      })
  private int maxThrottle = 80;

  @Option(
      names = "--plan",
      description = "Only says what each strategy would come to; nothing is moved.")
  private boolean plan;

  /** Whether nothing is to be moved. */
  boolean isPlan() {
    return plan;
  }

  /** As the vkernel's process wants them. */
  Map<String, Object> arguments() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("strategy", strategy);
    all.put("goal", goal);
    all.put("maxThrottlePercent", maxThrottle);
    return all;
  }

  private static String oneOf(List<String> known, String text) {
    if (!known.contains(text)) {
      throw new TypeConversionException("'" + text + "': want one of " + String.join(", ", known));
    }
    return text;
  }

  static final class StrategyConverter implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      return oneOf(STRATEGIES, text);
    }
  }

  static final class GoalConverter implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      return oneOf(GOALS, text);
    }
  }

  static final class ThrottleConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      String digits = text.endsWith("%") ? text.substring(0, text.length() - 1) : text;
      if (!digits.matches("[0-9]{1,2}") || Integer.parseInt(digits) > MOST_THROTTLE) {
        throw new TypeConversionException("'" + text + "': want a percentage from 0 to 99");
      }
      return Integer.valueOf(digits);
    }
  }
}
