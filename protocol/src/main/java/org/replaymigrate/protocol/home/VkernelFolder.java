package org.replaymigrate.protocol.home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.replaymigrate.protocol.checkpoint.CheckpointFolder;
import org.replaymigrate.protocol.format.FormatException;

/**
 * The folder of one vkernel: its recording, and who runs it.
 *
 * @param path of the folder, which need not be there
 */
public record VkernelFolder(Path path) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");

  /**
   * A process that ends takes its announcement back first: for so long it may hold the lock yet.
   */
  private static final int ATTEMPTS = 20;

  private static final long ATTEMPT_NANOS = 10_000_000;

  /** Makes the path absolute. */
  public VkernelFolder {
    path = path.toAbsolutePath().normalize();
  }

  /** Whether a vkernel can be called so. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  public String name() {
    Path last = path.getFileName();
    return last == null ? "/" : last.toString();
  }

  /** Its checkpoints, whose pages are in the {@link Home#store} of the home that it is in. */
  public CheckpointFolder checkpoints() {
    return new CheckpointFolder(path.resolve("checkpoints"), home().store());
  }

  /** The home that it is in. */
  public Home home() {
    return new Home(path.resolve("../.."));
  }

  public Path log() {
    return path.resolve("log");
  }

  public Path disks() {
    return path.resolve("disks");
  }

  /** The file that says whether it may run here. */
  public Path owner() {
    return path.resolve("owner");
  }

  private Path identityFile() {
    return path.resolve("identity");
  }

  private Path lockFile() {
    return path.resolve("lock");
  }

  private Path runningFile() {
    return path.resolve("running");
  }

  /** Whether there is a vkernel, not only what an interrupted attempt to make one has left. */
  public boolean exists() {
    return Files.isRegularFile(identityFile());
  }

  /**
   * What it is.
   *
   * @throws HomeException.NotFound if there is none
   * @throws FormatException if the file is damaged or from a newer release
   */
  public VkernelIdentity identity() throws IOException {
    try {
      return VkernelIdentity.read(identityFile());
    } catch (NoSuchFileException e) {
      throw notFound();
    }
  }

  private HomeException.NotFound notFound() {
    return new HomeException.NotFound(
        "no vkernel \"%s\" in %s, see `ps`".formatted(name(), path.getParent()));
  }

  /** Says what it is: from now on there is a vkernel here. Its recording has been begun before. */
  public void establish(VkernelIdentity identity) throws IOException {
    identity.write(identityFile());
  }

  /**
   * Takes the right to make a new vkernel here, in a folder that holds nothing else.
   *
   * @throws HomeException.NameTaken if there is one
   * @throws HomeException.InUse if somebody else is just making one
   */
  public VkernelLock lockForNew() throws IOException {
    createFolder();
    VkernelLock lock = lock();
    try {
      if (exists()) {
        throw new HomeException.NameTaken(
            "there is a vkernel \"%s\" already: `resume %s` goes on with it, or choose another name"
                .formatted(name(), name()));
      }
      removeContents();
      return lock;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Takes the right to run the vkernel that is here.
   *
   * @throws HomeException.NotFound if there is none
   * @throws HomeException.InUse if a process runs it
   */
  public VkernelLock lockForRunning() throws IOException {
    if (!exists()) {
      throw notFound();
    }
    VkernelLock lock = lock();
    Files.deleteIfExists(runningFile()); // of a process that was killed
    return lock;
  }

  private VkernelLock lock() throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      VkernelLock lock = VkernelLock.tryTake(lockFile());
      if (lock != null) {
        return lock;
      }
      LockSupport.parkNanos(ATTEMPT_NANOS);
    }
    Optional<RunningProcess> process = readRunning();
    throw new HomeException.InUse(
        "vkernel \"%s\" is running already%s"
            .formatted(name(), process.map(p -> ", in process " + p.pid()).orElse("")));
  }

  private void createFolder() throws IOException {
    Path parent = path.getParent();
    if (parent != null) {
      // A vkernel's memory is nobody else's business.
      Files.createDirectories(
          parent,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Files.createDirectories(path);
  }

  /** Says how to reach this process, which holds the lock. */
  public void announce(RunningProcess process, VkernelLock lock) throws IOException {
    process.write(runningFile());
    lock.announced();
  }

  /** Takes the announcement back, before the lock is released. */
  public void withdraw() throws IOException {
    Files.deleteIfExists(runningFile());
  }

  /** The process that runs it now, if it has announced itself. */
  public Optional<RunningProcess> running() throws IOException {
    return VkernelLock.isAnnounced(lockFile()) ? readRunning() : Optional.empty();
  }

  /**
   * The process that runs it now.
   *
   * @throws HomeException.NotRunning if none does
   */
  public RunningProcess requireRunning() throws IOException {
    if (!exists()) {
      throw notFound();
    }
    return running()
        .orElseThrow(() ->
            new HomeException.NotRunning(
                "vkernel \"%s\" is not running: `resume %s` starts it".formatted(name(), name())));
  }

  /** The process that has announced itself last and not taken that back, alive or not. */
  public Optional<RunningProcess> leftBehind() throws IOException {
    try {
      return readRunning();
    } catch (FormatException.Corrupt e) {
      return Optional.empty(); // the host has lost power: whatever process that was, it is gone
    }
  }

  private Optional<RunningProcess> readRunning() throws IOException {
    try {
      return Optional.of(RunningProcess.read(runningFile()));
    } catch (NoSuchFileException e) {
      return Optional.empty(); // it has just ended
    }
  }

  /** Removes everything, when making a vkernel here has failed. For the holder of the lock. */
  public void abandon() throws IOException {
    removeContents(); // not the lock: somebody may be waiting for this very file
  }

  /** Removes it whole, when it is only a recording that nobody runs or can run any more. */
  public void remove() throws IOException {
    removeContents();
    Files.deleteIfExists(lockFile());
    Files.deleteIfExists(path);
  }

  /** Removes checkpoints, log and disks, of which none can be used. For the holder of the lock. */
  public void clearRecording() throws IOException {
    for (Path part : List.of(checkpoints().path(), log(), disks())) {
      if (Files.exists(part)) {
        removeBelow(part);
      }
    }
  }

  private void removeContents() throws IOException {
    // First, so that what an interruption leaves is no vkernel.
    Files.deleteIfExists(identityFile());
    removeBelow(path);
  }

  private void removeBelow(Path top) throws IOException {
    try (Stream<Path> tree = Files.walk(top)) {
      for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(top) && !file.equals(lockFile())) {
          Files.deleteIfExists(file);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
