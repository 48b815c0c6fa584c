package org.replaymigrate.protocol.home;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VkernelFolderTest {
  private static final RunningProcess PROCESS =
      new RunningProcess(4711, Path.of("/run/x"), Instant.parse("2026-01-02T03:04:05Z"));

  @TempDir Path temp;
  private Home home;
  private VkernelFolder folder;

  @BeforeEach
  void choose() throws IOException {
    home = new Home(temp.resolve("home"));
    folder = home.vkernel("alpha");
  }

  private void make(VkernelFolder made) throws IOException {
    try (VkernelLock _ = made.lockForNew()) {
      made.establish(VkernelIdentityTest.SAMPLE.named(made.name()));
    }
  }

  @Test
  void homeIsTheGivenOneThenTheVariablesThenTheUsers() {
    Map<String, String> variable = Map.of("REPLAY_MIGRATE_HOME", "/v");
    Path user = Path.of("/u");
    assertEquals(Path.of("/g"), Home.choose(Path.of("/g"), variable, user).path());
    assertEquals(Path.of("/v"), Home.choose(null, variable, user).path());
    assertEquals(
        Path.of("/u/.local/share/replay-migrate"), Home.choose(null, Map.of(), user).path());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", ".hidden", "-x", "a b", "ä", "a\n"})
  void nameThatCouldLeadAstrayIsRefused(String name) {
    assertThrows(HomeException.BadName.class, () -> home.vkernel(name));
  }

  @Test
  void nameOfMoreThan64CharactersIsRefused() throws IOException {
    assertEquals("a".repeat(64), home.vkernel("a".repeat(64)).name());
    assertThrows(HomeException.BadName.class, () -> home.vkernel("a".repeat(65)));
  }

  @Test
  void homeListsFinishedVkernelsByName() throws IOException {
    assertEquals(List.of(), home.list());
    make(home.vkernel("b"));
    make(home.vkernel("a"));
    home.vkernel("unfinished").lockForNew().close();
    assertEquals(List.of("a", "b"), home.list().stream().map(VkernelFolder::name).toList());
  }

  @Test
  void onlyTheUserMayLookIntoTheFolders() throws IOException {
    make(folder);
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(home.vkernels())));
  }

  @Test
  void takenNameIsRefusedAndTheVkernelStays() throws IOException {
    make(folder);
    assertThrows(HomeException.NameTaken.class, folder::lockForNew);
    assertEquals("alpha", folder.identity().name());
  }

  @Test
  void whatAnUnfinishedAttemptLeftIsRemoved() throws IOException {
    try (VkernelLock _ = folder.lockForNew()) {
      Files.createDirectories(folder.log().resolve("00000000"));
      Files.writeString(folder.log().resolve("00000000").resolve("entry"), "x");
    }
    try (VkernelLock _ = folder.lockForNew()) {
      assertFalse(Files.exists(folder.log()));
    }
  }

  @Test
  void onlyOneRunsIt() throws IOException {
    make(folder);
    try (VkernelLock lock = folder.lockForRunning()) {
      folder.announce(PROCESS, lock);
      var e = assertThrows(HomeException.InUse.class, folder::lockForRunning);
      assertEquals("vkernel \"alpha\" is running already, in process 4711", e.getMessage());
      assertEquals(Optional.of(PROCESS), folder.running());
    }
    folder.lockForRunning().close();
  }

  @Test
  void lookingDoesNotReleaseTheLockOfTheSameProcess() throws Exception {
    make(folder);
    try (VkernelLock lock = folder.lockForRunning()) {
      folder.announce(PROCESS, lock);
      assertTrue(folder.running().isPresent());
      assertTrue(folder.running().isPresent());
      assertEquals("held", lockFromAnotherJvm());
    }
    assertEquals("free", lockFromAnotherJvm());
  }

  private Process probe(String howOften) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Probe.class.getName(),
            folder.path().resolve("lock").toString(),
            howOften)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private String lockFromAnotherJvm() throws IOException, InterruptedException {
    Process process = probe("once");
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return answer;
  }

  @Test
  void whoLooksDoesNotKeepOthersFromRunningIt() throws Exception {
    make(folder);
    Process looking = probe("for ever");
    try {
      looking.getInputStream().read();
      for (int i = 0; i < 2_000; i++) {
        VkernelLock lock = VkernelLock.tryTake(folder.path().resolve("lock"));
        assertNotNull(lock);
        lock.announced();
        lock.close();
      }
    } finally {
      looking.destroyForcibly().waitFor();
    }
  }

  /** Says whether somebody runs it, once or for ever. */
  static final class Probe {
    public static void main(String[] args) throws IOException {
      System.out.print(VkernelLock.isAnnounced(Path.of(args[0])) ? "held" : "free");
      System.out.flush();
      while (args[1].equals("for ever")) {
        VkernelLock.isAnnounced(Path.of(args[0]));
      }
    }
  }

  @Test
  void announcementOfAKilledProcessIsNotBelieved() throws IOException {
    make(folder);
    Path left = folder.path().resolve("running");
    try (VkernelLock lock = folder.lockForRunning()) {
      folder.announce(PROCESS, lock);
      Files.copy(left, temp.resolve("left"));
    }
    assertEquals(Optional.empty(), folder.running());
    try (VkernelLock _ = folder.lockForRunning()) {
      // Somebody goes on with it, but has not said so yet.
      Files.copy(temp.resolve("left"), left);
      assertEquals(Optional.empty(), folder.running());
    }
    var e = assertThrows(HomeException.NotRunning.class, folder::requireRunning);
    assertTrue(e.getMessage().contains("resume alpha"), e.getMessage());
  }

  @Test
  void vkernelThatIsNotThereIsNamed() {
    assertThrows(HomeException.NotFound.class, folder::lockForRunning);
    assertThrows(HomeException.NotFound.class, folder::requireRunning);
    assertThrows(HomeException.NotFound.class, folder::identity);
  }
}
