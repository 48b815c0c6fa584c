package org.replaymigrate.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The machine's own {@code apt-get} in a root of its own: it fetches and authenticates packages of
 * another architecture and suite, needs no rights, and leaves the machine's lists, cache and
 * package database alone. Proxies, certificates and credentials are the machine's.
 */
final class PrivateApt {

  static final String ARCHITECTURE = "riscv64";

  /** {@code apt-config dump} quotes values and escapes nothing. */
  private static final Pattern SETTING = Pattern.compile("Acquire::[^\\s\"]+ \"[^\"]*\";");

  private static final Pattern DOWNLOAD = Pattern.compile("dlstatus:[^:]*:([0-9.]+):.*");

  private final Path root;
  private final FetchOptions options;

  private PrivateApt(Path root, FetchOptions options) {
    this.root = root;
    this.options = options;
  }

  /**
   * Sets a root up in an empty folder.
   *
   * @throws GuestException when there is no apt, or no mirror to be found in its sources
   */
  static PrivateApt create(Path root, FetchOptions options)
      throws IOException, InterruptedException {
    if (root.toString().contains("\"")) {
      throw new GuestException("apt cannot work in " + root + ": a quote is in the path");
    }
    PrivateApt apt = new PrivateApt(root, options);
    for (String folder : List.of("state/lists/partial", "cache/archives/partial", "none", "debs")) {
      Files.createDirectories(root.resolve(folder));
    }
    Files.createFile(root.resolve("status"));
    apt.writeConfiguration();
    Files.writeString(
        root.resolve("sources.list"), AptSources.sourceLine(apt.mirror(), options.suite()));
    return apt;
  }

  private void writeConfiguration() throws IOException, InterruptedException {
    StringBuilder text = new StringBuilder();
    machineSettings().forEach(line -> text.append(line).append('\n'));
    text.append(
        """
        Dir::State "%1$s/state";
        Dir::State::status "%1$s/status";
        Dir::Cache "%1$s/cache";
        Dir::Etc::sourcelist "%1$s/sources.list";
        Dir::Etc::sourceparts "%1$s/none";
        Dir::Etc::main "/dev/null";
        Dir::Etc::parts "%1$s/none";
        Dir::Etc::preferences "/dev/null";
        Dir::Etc::preferencesparts "%1$s/none";
        APT::Architecture "%2$s";
        APT::Architectures { "%2$s"; };
        APT::Update::Error-Mode "any";
        Acquire::Languages "none";
        Acquire::Retries "2";
        """
            .formatted(root, ARCHITECTURE));
    if ("root".equals(System.getProperty("user.name"))) {
      // apt would drop to a user that cannot enter a folder below root's home.
      text.append("APT::Sandbox::User \"root\";\n");
    }
    // A proxy's password may be in it.
    Path file =
        Files.createFile(
            root.resolve("apt.conf"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  /** How this machine reaches its archives, but not which of their indices it wants. */
  private List<String> machineSettings() throws IOException, InterruptedException {
    return run("apt-config", List.of("dump"), Map.of(), line -> {}).lines().stream()
        .filter(line -> SETTING.matcher(line).matches())
        .filter(line -> !line.startsWith("Acquire::IndexTargets"))
        .filter(line -> !line.startsWith("Acquire::Languages"))
        .toList();
  }

  private String mirror() throws IOException, InterruptedException {
    if (options.mirror().isPresent()) {
      return options.mirror().get();
    }
    List<String> uris =
        run("apt-get", List.of("update", "--print-uris"), Map.of(), line -> {}).lines();
    return AptSources.mirror(uris, AptSources.osRelease())
        .orElseThrow(() ->
            new GuestException(
                "this machine's apt sources name no Debian mirror: give one with --mirror"));
  }

  /** Fetches the suite's package list. */
  void update(ProgressListener listener) throws IOException, InterruptedException {
    String step = "package list of " + options.suite();
    ChildProcess.Result result =
        runPrivately(List.of("update"), line -> report(line, step, listener));
    if (result.exitCode() == 0) {
      return;
    }
    if (result.lines().stream().anyMatch(line -> line.contains("does not have a Release file"))) {
      throw new GuestException(
          "the mirror has no Debian suite '%s': choose another with --suite"
              .formatted(options.suite()));
    }
    throw failure("cannot fetch the package list of " + options.suite(), result);
  }

  /** What the suite says of a package, or nothing when it has no such package. */
  Optional<ControlRecord> show(String name) throws IOException, InterruptedException {
    ChildProcess.Result result =
        run("apt-cache", List.of("--no-all-versions", "show", name), environment(), line -> {});
    if (result.exitCode() != 0
        && result.lines().stream().noneMatch(line -> line.startsWith("E: No packages found"))) {
      throw failure("cannot read the package list of " + options.suite(), result);
    }
    return result.exitCode() == 0 ? ControlRecord.parse(result.lines()) : Optional.empty();
  }

  /** As {@link #show}, where the suite must have the package. */
  ControlRecord require(String name) throws IOException, InterruptedException {
    return show(name)
        .orElseThrow(() ->
            new GuestException(
                "Debian suite '%s' has no package %s for %s: choose another with --suite"
                    .formatted(options.suite(), name, ARCHITECTURE)));
  }

  /**
   * Downloads packages; apt checks them against the signed index, and so does this.
   *
   * @return a file for each package, in the same order
   */
  List<Path> download(List<ControlRecord> packages, ProgressListener listener)
      throws IOException, InterruptedException {
    long bytes = packages.stream().mapToLong(ControlRecord::size).sum();
    String step = "packages, %d MiB".formatted((bytes >> 20) + 1);
    List<String> command = new ArrayList<>(List.of("download"));
    packages.forEach(one -> command.add(one.name() + "=" + one.version()));
    ChildProcess.Result result = runPrivately(command, line -> report(line, step, listener));
    if (result.exitCode() != 0) {
      throw failure("cannot fetch the packages", result);
    }
    List<Path> files = new ArrayList<>();
    for (ControlRecord one : packages) {
      files.add(downloaded(one));
    }
    return files;
  }

  private Path downloaded(ControlRecord one) throws IOException {
    try (Stream<Path> files = Files.list(debFolder())) {
      Path file =
          files
              .filter(path -> path.getFileName().toString().startsWith(one.name() + "_"))
              .findFirst()
              .orElseThrow(
                  () -> new GuestException("apt-get download left no file of " + one.name()));
      if (!Sha256.of(file).equals(one.sha256())) {
        throw new GuestException(
            "package %s is not what the archive's index says (SHA-256): fetch again"
                .formatted(one.name()));
      }
      return file;
    }
  }

  private Path debFolder() {
    return root.resolve("debs");
  }

  private ChildProcess.Result runPrivately(List<String> arguments, Consumer<String> listener)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("-q=2", "-o", "APT::Status-Fd=1"));
    all.addAll(arguments);
    return run("apt-get", all, environment(), listener);
  }

  private Map<String, String> environment() {
    return Map.of("APT_CONFIG", root.resolve("apt.conf").toString());
  }

  private ChildProcess.Result run(
      String tool, List<String> arguments, Map<String, String> environment, Consumer<String> lines)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(options.aptTools().map(folder -> folder.resolve(tool).toString()).orElse(tool));
    command.addAll(arguments);
    Map<String, String> inEnglish = new TreeMap<>(environment);
    inEnglish.put("LC_ALL", "C");
    try {
      return ChildProcess.run(command, debFolder(), inEnglish, lines);
    } catch (IOException e) {
      throw new GuestException(
          "cannot run %s: the Debian guest is fetched with Debian's apt, install it"
              .formatted(command.getFirst()),
          e);
    }
  }

  private static void report(String line, String step, ProgressListener listener) {
    Matcher status = DOWNLOAD.matcher(line);
    if (status.matches()) {
      listener.progress(step, Math.clamp(Double.parseDouble(status.group(1)) / 100, 0, 1));
    }
  }

  private static GuestException failure(String what, ChildProcess.Result result) {
    String why =
        result.lines().stream()
            .filter(line -> line.startsWith("E: ") || line.startsWith("Err:"))
            .findFirst()
            .map(line -> line.substring(line.indexOf(' ') + 1).strip())
            .orElse("apt ended with code " + result.exitCode());
    return new GuestException(what + ": " + why);
  }
}
