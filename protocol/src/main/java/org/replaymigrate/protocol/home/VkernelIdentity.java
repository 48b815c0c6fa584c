package org.replaymigrate.protocol.home;

import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.disk.BaseImage;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.MachineConfig.Slot;

/**
 * What a vkernel is, as its folder's {@code identity} says. Written once, when it has come into
 * being: a folder without it is one that somebody was killed over.
 *
 * @param id its own, wherever it goes
 * @param name of its folder
 * @param guest what it was made from, for people
 * @param created when it was first run
 * @param config what both ends of a migration must agree on
 * @param disks the images that its disks began with, in the order of their slots; never written to
 * @param nets back ends of the slots that are network cards, in order, as the user gave them
 * @param pace how its time goes
 */
public record VkernelIdentity(
    UUID id,
    String name,
    String guest,
    Instant created,
    MachineConfig config,
    List<BaseImage> disks,
    List<String> nets,
    Pace pace) {
  private static final String FORMAT = "vkernel";
  private static final int VERSION = 1;

  /** Copies the lists. */
  public VkernelIdentity {
    disks = List.copyOf(disks);
    nets = List.copyOf(nets);
  }

  /** The same vkernel below another name, as on another host. */
  public VkernelIdentity named(String other) {
    return new VkernelIdentity(id, other, guest, created, config, disks, nets, pace);
  }

  /** Puts the file in place, whole and durable. */
  void write(Path file) throws IOException {
    sealed().write(file, FORMAT, VERSION);
  }

  /** As {@link #parse} takes it; for the wire. */
  public String text() {
    return sealed().text(FORMAT, VERSION);
  }

  /**
   * Reads what {@link #text} gave.
   *
   * @param where it is from, for messages
   */
  public static VkernelIdentity parse(String text, String where) throws FormatException {
    return of(SealedText.parse(text, FORMAT, VERSION, where));
  }

  static VkernelIdentity read(Path file) throws IOException {
    return of(SealedText.read(file, FORMAT, VERSION));
  }

  private SealedText sealed() {
    SealedText text = new SealedText();
    text.add("id", id).add("name", name).add("guest", guest).add("created", created);
    text.add("memory", config.memoryBytes()).add("harts", config.harts());
    text.add("firmware", config.builtinFirmware() ? "builtin" : "guest");
    text.add("instructions-per-tick", config.instructionsPerTick());
    text.add("turn-instructions", config.turnInstructions());
    config.slots().forEach(slot -> text.add("slot", slotText(slot)));
    disks.forEach(disk -> text.add("disk", imageText(disk)));
    nets.forEach(net -> text.add("net", net));
    return text.add("pace", pace.name().toLowerCase(Locale.ROOT));
  }

  private static VkernelIdentity of(SealedText text) throws FormatException {
    try {
      List<Slot> slots = new ArrayList<>();
      for (String slot : text.values("slot")) {
        slots.add(slot(slot));
      }
      MachineConfig config =
          new MachineConfig(
              Long.parseLong(text.value("memory")),
              Integer.parseInt(text.value("harts")),
              slots,
              text.value("firmware").equals("builtin"),
              Integer.parseInt(text.value("instructions-per-tick")),
              Integer.parseInt(text.value("turn-instructions")));
      return new VkernelIdentity(
          UUID.fromString(text.value("id")),
          text.value("name"),
          text.value("guest"),
          Instant.parse(text.value("created")),
          config,
          text.values("disk").stream().map(VkernelIdentity::image).toList(),
          text.values("net"),
          Pace.valueOf(text.value("pace").toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw text.corrupt("not a vkernel's identity: " + e.getMessage());
    }
  }

  private static String imageText(BaseImage image) {
    return "%d %d %s %s"
        .formatted(image.sizeBytes(), image.modifiedMillis(), image.probe(), image.path());
  }

  private static BaseImage image(String text) {
    String[] part = text.split(" ", 4);
    if (part.length != 4 || part[2].length() != 32) {
      throw new IllegalArgumentException("disk \"" + text + "\"");
    }
    Digest128 probe =
        new Digest128(
            Long.parseUnsignedLong(part[2], 0, 16, 16),
            Long.parseUnsignedLong(part[2], 16, 32, 16));
    return new BaseImage(Path.of(part[3]), Long.parseLong(part[0]), Long.parseLong(part[1]), probe);
  }

  private static String slotText(Slot slot) {
    return switch (slot) {
      case Slot.Disk disk ->
          "disk %d %s %s".formatted(disk.sizeBytes(), disk.readOnly() ? "ro" : "rw", disk.serial());
      case Slot.Net net -> "net %012x".formatted(net.mac());
      case Slot.Rng rng -> "rng";
      case Slot.Console console -> "console";
      case Slot.PowerButton button -> "power-button";
    };
  }

  private static Slot slot(String text) {
    String[] part = text.split(" ", 4);
    return switch (part[0] + " " + part.length) {
      case "disk 4" -> new Slot.Disk(Long.parseLong(part[1]), part[2].equals("ro"), part[3]);
      case "net 2" -> new Slot.Net(Long.parseLong(part[1], 16));
      case "rng 1" -> new Slot.Rng();
      case "console 1" -> new Slot.Console();
      case "power-button 1" -> new Slot.PowerButton();
      default -> throw new IllegalArgumentException("slot \"" + text + "\"");
    };
  }
}
