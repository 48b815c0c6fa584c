package org.replaymigrate.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a guest's folder holds and where it came from; the file {@value #FILE} in it. Text, a fact a
 * line, in this order:
 *
 * <pre>
 * replay-migrate-guest 1
 * name debian
 * suite trixie
 * kernel 6.12.107+deb13-riscv64
 * recipe SHA256
 * command-line console=ttyS0
 * memory 268435456
 * package NAME VERSION SIZE SHA256      (any number)
 * file ROLE NAME SIZE SHA256            (any number)
 * end SHA256                            (of all bytes before this line)
 * </pre>
 *
 * @param name what to call the guest
 * @param suite the suite its packages are from
 * @param kernelVersion the kernel's release, as {@code uname -r} prints it
 * @param recipe digest of what this program adds to the packages: another one, another guest
 * @param commandLine the kernel command line that it is meant to boot with
 * @param memoryBytes the memory that it is meant to have
 * @param packages what it was made from
 * @param files what it consists of
 */
public record GuestManifest(
    String name,
    String suite,
    String kernelVersion,
    String recipe,
    String commandLine,
    long memoryBytes,
    List<GuestPackage> packages,
    List<GuestFile> files) {

  /** The manifest's name in a guest's folder. */
  public static final String FILE = "guest.manifest";

  private static final String MAGIC = "replay-migrate-guest";
  private static final int VERSION = 1;

  /** A real one has a dozen lines. */
  private static final int SIZE_LIMIT = 1 << 20;

  private static final Pattern END = Pattern.compile("end ([0-9a-f]{64})\n");
  private static final Pattern PACKAGE =
      Pattern.compile("package (\\S+) (\\S+) ([0-9]{1,15}) ([0-9a-f]{64})");
  // No slash and no leading dot: a file of this folder and of no other.
  private static final Pattern GUEST_FILE =
      Pattern.compile("file (\\S+) ([A-Za-z0-9_-][A-Za-z0-9._-]*) ([0-9]{1,15}) ([0-9a-f]{64})");
  private static final Pattern MEMORY = Pattern.compile("[0-9]{1,15}");

  /** Copies the lists. */
  public GuestManifest {
    packages = List.copyOf(packages);
    files = List.copyOf(files);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    text.append(MAGIC).append(' ').append(VERSION).append('\n');
    text.append("name ").append(name).append('\n');
    text.append("suite ").append(suite).append('\n');
    text.append("kernel ").append(kernelVersion).append('\n');
    text.append("recipe ").append(recipe).append('\n');
    text.append("command-line ").append(commandLine).append('\n');
    text.append("memory ").append(memoryBytes).append('\n');
    for (GuestPackage one : packages) {
      text.append(
          "package %s %s %d %s\n".formatted(one.name(), one.version(), one.size(), one.sha256()));
    }
    for (GuestFile one : files) {
      text.append("file %s %s %d %s\n".formatted(one.role(), one.name(), one.size(), one.sha256()));
    }
    return text + "end " + digest(text.toString()) + "\n";
  }

  void write(Path folder) throws IOException {
    Files.writeString(folder.resolve(FILE), text());
  }

  /**
   * Reads the manifest of a folder.
   *
   * @throws GuestException when it is damaged, or from a newer release
   */
  static GuestManifest read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (Files.size(file) > SIZE_LIMIT) {
      throw damaged(file);
    }
    return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8), file);
  }

  static GuestManifest parse(String text, Path file) throws GuestException {
    String first = text.lines().findFirst().orElse("");
    if (first.matches(MAGIC + " [0-9]+") && !first.equals(MAGIC + " " + VERSION)) {
      throw new GuestException(
          file + " is of version" + first.substring(MAGIC.length()) + ": use a newer release");
    }
    int end = text.lastIndexOf("end ");
    Matcher seal = END.matcher(text.substring(Math.max(end, 0)));
    if (!seal.matches() || !seal.group(1).equals(digest(text.substring(0, end)))) {
      throw damaged(file);
    }
    try {
      return new Parser(text.substring(0, end).lines().toList(), file).manifest();
    } catch (IndexOutOfBoundsException e) {
      throw damaged(file);
    }
  }

  private static String digest(String text) {
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static GuestException damaged(Path file) {
    return new GuestException(file + " is damaged: remove its folder and fetch the guest again");
  }

  private record Parser(List<String> lines, Path file) {

    GuestManifest manifest() throws GuestException {
      String memory = value(6, "memory");
      if (!lines.get(0).equals(MAGIC + " " + VERSION) || !MEMORY.matcher(memory).matches()) {
        throw damaged(file);
      }
      List<GuestPackage> packages = new ArrayList<>();
      List<GuestFile> files = new ArrayList<>();
      for (String line : lines.subList(7, lines.size())) {
        Matcher onePackage = PACKAGE.matcher(line);
        Matcher oneFile = GUEST_FILE.matcher(line);
        if (onePackage.matches()) {
          packages.add(
              new GuestPackage(
                  onePackage.group(1),
                  onePackage.group(2),
                  Long.parseLong(onePackage.group(3)),
                  onePackage.group(4)));
        } else if (oneFile.matches()) {
          files.add(
              new GuestFile(
                  oneFile.group(1),
                  oneFile.group(2),
                  Long.parseLong(oneFile.group(3)),
                  oneFile.group(4)));
        } else {
          throw damaged(file);
        }
      }
      return new GuestManifest(
          value(1, "name"),
          value(2, "suite"),
          value(3, "kernel"),
          value(4, "recipe"),
          value(5, "command-line"),
          Long.parseLong(memory),
          packages,
          files);
    }

    private String value(int line, String key) throws GuestException {
      String text = lines.get(line);
      if (!text.startsWith(key + " ")) {
        throw damaged(file);
      }
      return text.substring(key.length() + 1);
    }
  }
}
