package org.replaymigrate.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.guest.BuiltinGuest;
import org.replaymigrate.guest.Guest;
import org.replaymigrate.guest.GuestCatalogue;
import org.replaymigrate.protocol.disk.BaseImage;
import org.replaymigrate.protocol.home.Home;
import org.replaymigrate.protocol.home.Pace;
import org.replaymigrate.recorder.net.NetSpec;
import org.replaymigrate.recorder.session.NewVkernel;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.MachineConfig.Slot;
import org.replaymigrate.vkernel.board.BootImage;
import org.replaymigrate.vkernel.board.LoadException;
import picocli.CommandLine.Option;

/** What a new vkernel is made of. */
final class GuestOptions {
  private static final int SEED_BYTES = 32;
  private static final long MAC_PREFIX = 0x5254_0000_0000L;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int SECTOR = 512;

  @Option(
      names = "--guest",
      paramLabel = "GUEST",
      description = "A guest from `guest list` (default: builtin).")
  @Nullable String guest;

  @Option(
      names = "--kernel",
      paramLabel = "FILE",
      description = "A kernel of your own: a RISC-V Linux Image or ELF.")
  @Nullable Path kernel;

  @Option(names = "--initrd", paramLabel = "FILE", description = "An initial RAM disk.")
  @Nullable Path initrd;

  @Option(
      names = "--append",
      paramLabel = "TEXT",
      description = "The kernel's command line (with --guest: added to the guest's own).")
  @Nullable String append;

  @Option(
      names = "--bios",
      paramLabel = "FILE",
      description =
          "Firmware or bare-metal program to enter in M-mode at 0x80000000, instead of the"
              + " built-in SBI.")
  @Nullable Path bios;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      converter = Sizes.Bytes.class,
      description = "RAM (default: what the guest asks for, else 256M).")
  @Nullable Long memory;

  @Option(names = "--harts", paramLabel = "N", description = "1 to 8 (default: ${DEFAULT-VALUE}).")
  int harts = 1;

  @Option(
      names = "--disk",
      paramLabel = "FILE[,ro]",
      description =
          "A disk; the file is read, never written: what the guest writes belongs to the"
              + " vkernel.")
  List<String> disks = new ArrayList<>();

  @Option(
      names = "--net",
      paramLabel = "SPEC",
      description =
          "A network card, whose frames go to a peer that listens there in QEMU's framing:"
              + " stream=HOST:PORT or stream=unix:PATH, with ,mac=... if the address matters.")
  List<String> nets = new ArrayList<>();

  private record Loaded(
      byte @Nullable [] kernel, byte @Nullable [] initrd, String commandLine, long memory) {}

  /** Whether anything is asked for at all. */
  boolean isAnyGiven() {
    return guest != null
        || kernel != null
        || initrd != null
        || append != null
        || bios != null
        || memory != null
        || harts != 1
        || !disks.isEmpty()
        || !nets.isEmpty();
  }

  /**
   * The vkernel that is asked for.
   *
   * @throws IOException if a file cannot be had, in one line
   */
  NewVkernel choose(Home home, Pace pace) throws IOException {
    if (guest != null && (kernel != null || bios != null)) {
      throw new CliException(Subcommand.USAGE, "--guest does not go with --kernel or --bios");
    }
    Loaded files = files(home);
    List<BaseImage> images = new ArrayList<>();
    MachineConfig config = config(files, images);
    byte[] seed = new byte[SEED_BYTES];
    RANDOM.nextBytes(seed);
    BootImage boot =
        new BootImage(files.kernel(), files.initrd(), read(bios), files.commandLine(), seed);
    return new NewVkernel(name(), config, boot, images, nets, pace);
  }

  private MachineConfig config(Loaded files, List<BaseImage> images) throws IOException {
    try {
      return new MachineConfig(
          memory != null ? memory : files.memory(),
          harts,
          slots(images),
          bios == null,
          MachineConfig.DEFAULT_INSTRUCTIONS_PER_TICK,
          MachineConfig.DEFAULT_TURN_INSTRUCTIONS);
    } catch (IllegalArgumentException e) {
      throw new CliException(Subcommand.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private List<Slot> slots(List<BaseImage> images) throws IOException {
    List<Slot> slots = new ArrayList<>();
    slots.add(new Slot.Rng());
    slots.add(new Slot.PowerButton());
    for (String disk : disks) {
      slots.add(disk(disk, images));
    }
    for (String net : nets) {
      Long mac = NetSpec.parse(net).mac();
      slots.add(new Slot.Net(mac == null ? randomMac() : mac));
    }
    return slots;
  }

  /** Of the range that virtual machines use. */
  private static long randomMac() {
    return MAC_PREFIX | RANDOM.nextInt(1 << 24);
  }

  /** Says which file it was that could not be loaded. */
  CliException explain(LoadException e) {
    String message = String.valueOf(e.getMessage());
    Path file =
        message.startsWith("kernel:")
            ? kernel
            : message.startsWith("initrd:")
                ? initrd
                : message.startsWith("firmware:") ? bios : null;
    return new CliException(Subcommand.FAILED, file == null ? message : file + ": " + message);
  }

  private String name() {
    Path own = kernel != null ? kernel : bios;
    return own != null ? own.toString() : guest == null ? BuiltinGuest.NAME : guest;
  }

  private Loaded files(Home home) throws IOException {
    long usual = 256L << 20;
    if (kernel != null || bios != null) {
      return new Loaded(read(kernel), read(initrd), append == null ? "" : append, usual);
    }
    String name = name();
    String extra = append == null ? "" : append;
    if (name.equals(BuiltinGuest.NAME)) {
      return new Loaded(
          BuiltinGuest.image(),
          read(initrd),
          (BuiltinGuest.DEFAULT_COMMAND_LINE + " " + extra).strip(),
          BuiltinGuest.DEFAULT_MEMORY_BYTES);
    }
    Guest found =
        GuestCatalogue.find(home.guests(), name)
            .orElseThrow(() ->
                new CliException(
                    Subcommand.FAILED,
                    "no guest \"" + name + "\" here: `guest fetch " + name + "` gets it"));
    return new Loaded(
        read(found.kernel()),
        read(initrd == null ? found.initrd() : initrd),
        (found.commandLine() + " " + extra).strip(),
        found.memoryBytes());
  }

  private static Slot disk(String text, List<BaseImage> images) throws IOException {
    boolean readOnly = text.endsWith(",ro");
    Path path = Path.of(readOnly ? text.substring(0, text.length() - 3) : text).toAbsolutePath();
    BaseImage image = BaseImage.identify(path);
    if (image.sizeBytes() < SECTOR) {
      throw new CliException(Subcommand.FAILED, path + ": smaller than a sector");
    }
    images.add(image);
    long size = (image.sizeBytes() + SECTOR - 1) / SECTOR * SECTOR;
    return new Slot.Disk(size, readOnly, "disk" + (images.size() - 1));
  }

  private static byte @Nullable [] read(@Nullable Path file) throws IOException {
    if (file != null && Files.isDirectory(file)) {
      throw new CliException(Subcommand.FAILED, file + ": a directory, want a file");
    }
    return file == null ? null : Files.readAllBytes(file);
  }
}
