package org.replaymigrate.cli.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.replaymigrate.guest.Guest;
import org.replaymigrate.protocol.codec.StateCodec;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.host.TranslationWorker;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.Stop;
import org.replaymigrate.vkernel.board.BootImage;
import org.replaymigrate.vkernel.cpu.Hart;
import org.replaymigrate.vkernel.port.HostCall;
import org.replaymigrate.vkernel.port.Input;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.translate.Translation;

/**
 * Debian boots to its shell twice at once, interpreted and translated as users have it: at whatever
 * count both stop, they are in the same state.
 */
@Tag("debian")
@Order(3)
class DebianLockstepTest {
  private static final int MOST_BETWEEN_DIGESTS = 8_000_000;
  private static final int MOST_BETWEEN_STATES = 600;
  private static final int STATES = 40;

  /** Several times what a boot takes. */
  private static final long LIMIT = 8_000_000_000L;

  @TempDir private Path folder;

  /** What the guest has said, and whether it is at its prompt. */
  private static final class Screen implements Outputs {
    private final StringBuilder line = new StringBuilder();
    private boolean prompt;

    @Override
    public void console(int port, int value) {
      if (value == '\n') {
        line.setLength(0);
      } else {
        line.append((char) value);
        prompt |= line.indexOf(DebianShell.PROMPT) >= 0;
      }
    }

    @Override
    public void frame(int nic, byte[] frame) {}
  }

  @Test
  void theBootIsTheSameInterpretedAndTranslated() throws IOException {
    long seed = Long.getLong("debian.seed", System.nanoTime());
    Screen screen = new Screen();
    try (HostedMachine interpreted = powerOn("interpreted", Translation.OFF, screen);
        HostedMachine translated =
            powerOn("translated", TranslationWorker.translation(), Outputs.NONE)) {
      run(interpreted, translated, screen, seed);
      Hart hart = translated.machine().harts().list().getFirst();
      double share = hart.translated() / (double) hart.executed();
      System.out.printf(
          "debian in lockstep, seed %d: %d instructions, %.0f %% of them translated%n",
          seed, interpreted.machine().instructions(), 100 * share);
      assertTrue(share > 0.3, () -> "translated only " + share);
    }
  }

  private HostedMachine powerOn(String name, Translation translation, Outputs outputs)
      throws IOException {
    Guest guest = DebianCommands.guestAtHand();
    MachineConfig config =
        MachineConfig.of(guest.memoryBytes(), 1, List.of(new MachineConfig.Slot.Rng()));
    HostedMachine hosted =
        HostedMachine.powerOn(config, List.of(), folder.resolve(name), outputs, translation);
    hosted
        .machine()
        .load(
            new BootImage(
                Files.readAllBytes(guest.kernel()),
                Files.readAllBytes(guest.initrd()),
                null,
                guest.commandLine(),
                new byte[32]));
    return hosted;
  }

  private static void run(
      HostedMachine interpreted, HostedMachine translated, Screen screen, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    StateCodec codec = new StateCodec();
    Machine one = interpreted.machine();
    Machine two = translated.machine();
    while (!screen.prompt) {
      advance(one, two, 1 + random.nextInt(MOST_BETWEEN_DIGESTS));
      for (int i = 0; i < STATES; i++) {
        advance(one, two, 1 + random.nextInt(MOST_BETWEEN_STATES));
        assertArrayEquals(
            codec.encode(one.save()),
            codec.encode(two.save()),
            () -> "seed " + seed + ", at " + one.instructions());
      }
      assertEquals(
          interpreted.digest(),
          translated.digest(),
          () -> "seed " + seed + ", at " + one.instructions());
      assertTrue(one.instructions() < LIMIT, "it does not come to its shell");
    }
  }

  /** Runs both by as many instructions, and gives both what they ask for. */
  private static void advance(Machine one, Machine two, long instructions) {
    long until = one.instructions() + instructions;
    Stop stop = one.run(until);
    assertEquals(stop, two.run(until));
    assertEquals(one.instructions(), two.instructions());
    Input input =
        switch (stop) {
          case REACHED -> null;
          case IDLE -> new Input.ClockAdvance(one.idleTicks());
          case HOST_CALL -> answer(Objects.requireNonNull(one.hostCall()));
          case HOST_FAULT, HALTED -> throw new AssertionError(stop + " at " + one.instructions());
        };
    if (input != null) {
      one.apply(input);
      two.apply(input);
    }
  }

  private static Input answer(HostCall call) {
    return switch (call) {
      case HostCall.ReadClock _ -> new Input.ClockRead(0);
      case HostCall.Entropy e -> new Input.Entropy(new byte[e.bytes()]);
    };
  }
}
