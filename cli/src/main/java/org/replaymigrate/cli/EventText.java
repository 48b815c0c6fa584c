package org.replaymigrate.cli;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.log.Event;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.vkernel.port.Input;

/** Events in words. */
final class EventText {
  private static final int SHOWN_BYTES = 48;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private EventText() {}

  /** {@code ConsoleBytes} is {@code console-bytes}. */
  static String type(Input input) {
    return type(input.getClass());
  }

  private static String type(Class<?> type) {
    return type.getSimpleName().replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** What is in it, a few words; empty if there is nothing to say. */
  static String details(Input input) {
    return switch (input) {
      case Input.ClockRead read -> date(read.epochNanos());
      case Input.Entropy entropy -> entropy.bytes().length + " bytes";
      case Input.ClockAdvance advance ->
          String.format(Locale.ROOT, "%.4f ms", advance.ticks() / 1e4);
      case Input.NetworkFrame frame ->
          "nic " + frame.nic() + ", " + frame.frame().length + " bytes";
      case Input.ConsoleBytes typed -> "port " + typed.port() + ", " + quoted(typed.bytes());
      case Input.ConsoleBreak b -> "";
      case Input.PowerButton b -> "";
      case Input.OutputMark mark -> String.format(Locale.ROOT, "%08x", mark.outputDigest());
      case Input.StateDigest digest -> new Digest128(digest.high(), digest.low()).toString();
      case Input.CheckpointTaken taken -> String.valueOf(taken.checkpoint());
      case Input.EndOfLog end -> Recorder.EndReason.words(end.reason());
    };
  }

  /** The same as fields. */
  static Map<String, Object> fields(Event event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("event", event.sequence());
    fields.put("instructions", event.instructions());
    fields.put("type", type(event.input()));
    String details = details(event.input());
    if (!details.isEmpty()) {
      fields.put("details", details);
    }
    return fields;
  }

  private static String date(long epochNanos) {
    return Instant.ofEpochSecond(epochNanos / NANOS_PER_SECOND, epochNanos % NANOS_PER_SECOND)
        .toString();
  }

  private static String quoted(byte[] bytes) {
    StringBuilder text = new StringBuilder("\"");
    String shown =
        new String(bytes, 0, Math.min(SHOWN_BYTES, bytes.length), StandardCharsets.ISO_8859_1);
    for (int i = 0; i < shown.length(); i++) {
      char c = shown.charAt(i);
      switch (c) {
        case '\r' -> text.append("\\r");
        case '\n' -> text.append("\\n");
        case '\t' -> text.append("\\t");
        case '"', '\\' -> text.append('\\').append(c);
        default -> text.append(c < ' ' || c > '~' ? String.format("\\x%02x", (int) c) : c);
      }
    }
    text.append('"');
    return bytes.length > SHOWN_BYTES ? text + "... (" + bytes.length + " bytes)" : text.toString();
  }
}
