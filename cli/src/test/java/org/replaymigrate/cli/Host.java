package org.replaymigrate.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.cli.process.Here;
import org.replaymigrate.cli.process.Outcome;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.fault.CrashPoint;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.recorder.control.ControlClient;

/** A host: a home of its own, a process that receives, and perhaps one that has resumed. */
final class Host implements AutoCloseable {
  private final Home home;
  private final String name;
  private final String vkernel;
  private @Nullable Child receiver;
  private @Nullable CrashPoint receiverCrash;
  private boolean special;
  private @Nullable Child resumed;
  private @Nullable CrashPoint resumedCrash;
  private int port;
  private String patience = "300ms";
  private Map<String, String> environment = Map.of();
  private String translate = "on";

  Host(Path folder, String vkernel) {
    this.home = new Home(folder);
    this.name = String.valueOf(folder.getFileName());
    this.vkernel = vkernel;
  }

  /** How long what listens here waits for a source whose link has broken. */
  void waitForSources(String duration) {
    patience = duration;
  }

  /** Variables of the processes that are started here from now on. */
  void environment(Map<String, String> variables) {
    environment = variables;
  }

  Home home() {
    return home;
  }

  VkernelFolder folder() throws IOException {
    return home.vkernel(vkernel);
  }

  /** What its owner file says; null if there is none. */
  @Nullable Ownership ownership() throws IOException {
    return new OwnerFile(folder().owner()).read();
  }

  /** NONE, or the state in the owner file. */
  String state() throws IOException {
    Ownership there = ownership();
    return there == null ? "none" : there.state().name();
  }

  private static List<String> crash(@Nullable CrashPoint at) {
    return at == null ? List.of() : List.of("replay-migrate.crash-at=" + at.name());
  }

  /** Starts a process with the vkernel, which is new. */
  Child run(Object... more) throws IOException {
    Object[] words = new Object[more.length + 4];
    words[0] = "run";
    words[1] = vkernel;
    words[2] = "--home";
    words[3] = home.path();
    System.arraycopy(more, 0, words, 4, more.length);
    resumedCrash = null;
    resumed = Child.start(environment, List.of(), words);
    return resumed;
  }

  /** Whoever listens here runs guests slowly, from its next start on. */
  void interpret() {
    translate = "off";
  }

  /** Has the vkernel go on here, in a process that dies at a point if one is named. */
  void resume(@Nullable CrashPoint crashAt) throws IOException {
    resumedCrash = crashAt;
    resumed = Child.start(environment, crash(crashAt), "resume", vkernel, "--home", home.path());
  }

  /**
   * A process listens here, which dies at a point if one is named.
   *
   * @return the port
   */
  int listen(@Nullable CrashPoint crashAt, List<String> more)
      throws IOException, InterruptedException {
    boolean fits = crashAt == receiverCrash && more.isEmpty() && !special;
    if (receiver == null || !receiver.isAlive() || !fits) {
      if (receiver != null) {
        receiver.kill();
      }
      List<String> properties = new ArrayList<>(crash(crashAt));
      properties.addAll(more);
      receiver =
          Child.start(
              environment,
              properties,
              "receive",
              "--listen",
              "127.0.0.1:" + port,
              "--resume-within",
              patience,
              "--translate",
              translate,
              "--home",
              home.path());
      receiverCrash = crashAt;
      special = !more.isEmpty();
      String listening = receiver.await("listening on ");
      port = Integer.parseInt(listening.substring(listening.lastIndexOf(':') + 1));
    }
    return port;
  }

  /** A process listens here again, if none does any more. */
  int listenAgain() throws IOException, InterruptedException {
    return isReceiving() ? port : listen(null, List.of());
  }

  Child receiver() {
    return Objects.requireNonNull(receiver);
  }

  boolean isReceiving() {
    return receiver != null && receiver.isAlive();
  }

  boolean isRunning() throws IOException {
    return folder().running().isPresent();
  }

  /** The process in which the vkernel runs here. */
  Child runner() throws IOException {
    Child process = Objects.requireNonNull(resumed == null ? receiver : resumed);
    boolean isIt = folder().requireRunning().pid() == process.pid();
    return isIt ? process : Objects.requireNonNull(receiver);
  }

  /** Where that process is going to die, or null. */
  @Nullable CrashPoint runnerCrash() throws IOException {
    return runner() == resumed ? resumedCrash : receiverCrash;
  }

  /** A connection to whatever process runs the vkernel here; waits until one does. */
  ControlClient control() throws IOException, InterruptedException {
    return Eventually.present(
        "the vkernel running on " + this,
        () -> {
          if (folder().running().isEmpty()) {
            return null;
          }
          return ControlClient.connect(folder().requireRunning().socket());
        },
        this::output);
  }

  /**
   * The checkpoint of the vkernel that this host has given away last, beyond those that it had when
   * it did; its size, or 0 as long as it is not there.
   */
  long kept() throws IOException {
    Path newest = newestCheckpoint();
    boolean leaving = folder().running().isPresent();
    return leaving || newest == null ? 0 : Files.size(newest);
  }

  /** Turns over a bit in the middle of that. */
  void damageKept() throws IOException {
    Path newest = Objects.requireNonNull(newestCheckpoint());
    byte[] content = Files.readAllBytes(newest);
    content[content.length / 2] ^= 1;
    Files.write(newest, content);
  }

  private @Nullable Path newestCheckpoint() throws IOException {
    CheckpointFolder checkpoints = folder().checkpoints();
    List<Long> numbers = checkpoints.numbers();
    return numbers.isEmpty() ? null : checkpoints.file(numbers.getLast());
  }

  /** What {@code ps} prints here. */
  String ps() {
    return command("ps").out();
  }

  /** The exit code of {@code resume} here, which must be refused: else it would run in the test. */
  int refusedResume() {
    return command("resume", vkernel).exitCode();
  }

  /** Removes here what nobody needs; what it says of that. */
  String prune(String... more) {
    List<String> words = new ArrayList<>(List.of("prune", "--home", home.path().toString()));
    words.addAll(List.of(more));
    Outcome outcome = command(words.toArray(String[]::new));
    return outcome.exitCode() == Subcommand.DONE ? outcome.out() : outcome.toString();
  }

  /** Has {@code migrate} tell a destination once more. */
  int tellAgain(int toPort) {
    return command("migrate", vkernel, "127.0.0.1:" + toPort).exitCode();
  }

  private Outcome command(String... words) {
    return Here.run(home.path(), (Object[]) words);
  }

  void killAll() throws InterruptedException {
    if (receiver != null) {
      receiver.kill();
    }
    if (resumed != null) {
      resumed.kill();
    }
  }

  String output() {
    return (receiver == null ? "" : receiver.output())
        + "\n"
        + (resumed == null ? "" : resumed.output());
  }

  @Override
  public String toString() {
    return name;
  }

  @Override
  public void close() {
    if (receiver != null) {
      receiver.close();
    }
    if (resumed != null) {
      resumed.close();
    }
  }
}
