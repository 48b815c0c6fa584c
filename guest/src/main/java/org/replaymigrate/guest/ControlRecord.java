package org.replaymigrate.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What an archive's index says of one package (Debian Policy, chapter 5).
 *
 * @param name the package
 * @param version its version
 * @param depends names it depends on, alternatives and versions dropped, in order
 * @param size bytes of the {@code .deb}
 * @param installedBytes bytes of its files once unpacked, as the packager estimated
 * @param sha256 of the {@code .deb}, 64 hex digits
 */
record ControlRecord(
    String name,
    String version,
    List<String> depends,
    long size,
    long installedBytes,
    String sha256) {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9+.-]+");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** The first paragraph of what {@code apt-cache show} printed, or nothing when it has none. */
  static Optional<ControlRecord> parse(List<String> lines) throws GuestException {
    Map<String, String> fields = new TreeMap<>();
    for (String line : lines) {
      if (line.isBlank() && !fields.isEmpty()) {
        break;
      }
      int colon = line.indexOf(':');
      // A folded line goes on with a field that is not needed here: descriptions.
      if (colon > 0 && !Character.isWhitespace(line.charAt(0))) {
        fields.putIfAbsent(line.substring(0, colon), line.substring(colon + 1).trim());
      }
    }
    if (!fields.containsKey("Package")) {
      return Optional.empty();
    }
    return Optional.of(
        new ControlRecord(
            field(fields, "Package", NAME),
            field(fields, "Version", Pattern.compile("[A-Za-z0-9.+~:-]+")),
            dependencies(fields.getOrDefault("Depends", "")),
            Long.parseLong(field(fields, "Size", Pattern.compile("[0-9]{1,15}"))),
            1024 * installedKib(fields),
            field(fields, "SHA256", SHA256)));
  }

  private static long installedKib(Map<String, String> fields) throws GuestException {
    return fields.containsKey("Installed-Size")
        ? Long.parseLong(field(fields, "Installed-Size", Pattern.compile("[0-9]{1,12}")))
        : 0;
  }

  private static String field(Map<String, String> fields, String key, Pattern shape)
      throws GuestException {
    String value = fields.getOrDefault(key, "");
    if (!shape.matcher(value).matches()) {
      throw new GuestException(
          "package index: %s of %s is '%s'; try another mirror"
              .formatted(key, fields.get("Package"), value));
    }
    return value;
  }

  private static List<String> dependencies(String field) {
    List<String> names = new ArrayList<>();
    for (String clause : field.split(",", -1)) {
      String name = clause.strip().split("[\\s(|:]", 2)[0];
      if (NAME.matcher(name).matches()) {
        names.add(name);
      }
    }
    return List.copyOf(names);
  }
}
