package org.replaymigrate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.host.TranslationWorker;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.protocol.owner.Ownership;
import org.replaymigrate.replayer.ReplayOptions;
import org.replaymigrate.replayer.ReplayResult;
import org.replaymigrate.replayer.Restore;
import org.replaymigrate.replayer.Until;
import org.replaymigrate.vkernel.port.Outputs;

/**
 * All that a vkernel has done on all hosts: its recordings, one an epoch. Replayed one after the
 * other, each up to where the next begins, they show what the guest has really put out.
 */
final class History {
  private final TreeMap<Long, VkernelFolder> epochs = new TreeMap<>();

  /** Looks for the recordings; each epoch had one owner, and the last one has. */
  History(List<Host> hosts, String name) throws IOException {
    List<Path> candidates = new ArrayList<>();
    for (Host host : hosts) {
      candidates.add(host.home().vkernels().resolve(name));
      Path past = host.home().past();
      if (Files.isDirectory(past)) {
        try (Stream<Path> entries = Files.list(past)) {
          entries.forEach(candidates::add);
        }
      }
    }
    long owned = 0;
    for (Path path : candidates) {
      VkernelFolder folder = new VkernelFolder(path);
      Ownership owner = new OwnerFile(folder.owner()).read();
      if (owner == null || owner.state() == Ownership.State.RECEIVING) {
        continue;
      }
      if (owner.state() != Ownership.State.PREPARED) {
        owned += owner.isOwner() ? 1 : 0;
        assertNull(epochs.put(owner.epoch(), folder), "two recordings of one epoch");
      }
    }
    assertEquals(1, owned, "owners");
    assertEquals(epochs.size() - 1L, epochs.lastKey(), "an epoch is missing");
  }

  /** The lines that the guest has printed, every digest on the way compared. */
  List<String> console(Path scratch) throws IOException, InterruptedException {
    long[] begins = new long[epochs.size()];
    for (int epoch = 0; epoch < begins.length; epoch++) {
      Restore.Base base = open(epoch, scratch.resolve("base" + epoch), muted());
      begins[epoch] = base.manifest().position().instructions();
      base.hosted().close();
    }
    StringBuilder console = new StringBuilder();
    for (int epoch = 0; epoch < begins.length; epoch++) {
      // One that was brought up from an older state tells again what came since.
      OptionalLong next = Arrays.stream(begins).skip(epoch + 1L).min();
      if (next.isEmpty() || next.getAsLong() > begins[epoch]) {
        Long until = next.isEmpty() ? null : next.getAsLong();
        replay(epoch, until, scratch.resolve("replay" + epoch), console);
      }
    }
    return console.toString().lines().map(String::strip).toList();
  }

  private void replay(long epoch, Long until, Path scratch, StringBuilder console)
      throws IOException, InterruptedException {
    Outputs outputs =
        new Outputs() {
          @Override
          public void console(int port, int value) {
            console.append((char) (value & 0xff));
          }

          @Override
          public void frame(int nic, byte[] frame) {}
        };
    VkernelFolder folder = epochs.get(epoch);
    Restore restore =
        new Restore(folder, scratch, outputs).translation(TranslationWorker.translation());
    Restore.Base base = restore.base(null);
    ReplayOptions options =
        until == null
            ? ReplayOptions.DEFAULT
            : ReplayOptions.DEFAULT.until(new Until.Instructions(until));
    ReplayResult result = restore.replay(base, options);
    base.hosted().close();
    assertEquals(ReplayResult.Outcome.REACHED, result.outcome(), () -> folder + ": " + result);
    assertTrue(result.divergences().isEmpty(), () -> folder + ": " + result);
  }

  private Restore.Base open(long epoch, Path scratch, Outputs outputs) throws IOException {
    return new Restore(epochs.get(epoch), scratch, outputs).base(null);
  }

  private static Outputs muted() {
    return new Outputs() {
      @Override
      public void console(int port, int value) {}

      @Override
      public void frame(int nic, byte[] frame) {}
    };
  }
}
