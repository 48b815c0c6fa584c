package org.replaymigrate.vkernel.port;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class OutputDigestTest {
  private static long after(Consumer<OutputDigest> outputs) {
    OutputDigest digest = new OutputDigest();
    outputs.accept(digest);
    return digest.value();
  }

  @Test
  void everyDifferenceShows() {
    List<Consumer<OutputDigest>> runs = new ArrayList<>();
    runs.add(d -> {});
    runs.add(d -> d.console(0, 0));
    runs.add(d -> d.console(0, 1));
    runs.add(d -> d.console(1, 0));
    runs.add(d -> {
      d.console(0, 0);
      d.console(0, 1);
    });
    runs.add(d -> {
      d.console(0, 1);
      d.console(0, 0);
    });
    for (int length = 0; length < 20; length++) {
      int n = length;
      runs.add(d -> d.frame(0, new byte[n]));
      runs.add(d -> d.frame(1, new byte[n]));
      for (int i = 0; i < n; i++) {
        byte[] frame = new byte[n];
        frame[i] = 1;
        runs.add(d -> d.frame(0, frame));
      }
    }
    MemorySegment sector = MemorySegment.ofArray(new byte[512]);
    runs.add(d -> d.diskWrite(0, 0, sector));
    runs.add(d -> d.diskWrite(0, 512, sector));
    runs.add(d -> d.diskWrite(1, 0, sector));
    runs.add(d -> d.diskDiscard(0, 0, 512));
    runs.add(d -> d.diskDiscard(0, 512, 512));
    runs.add(d -> d.diskDiscard(0, 0, 1024));
    TreeSet<Long> seen = new TreeSet<>();
    for (Consumer<OutputDigest> run : runs) {
      assertTrue(seen.add(after(run)));
    }
  }

  @Test
  void aRestoredDigestGoesOn() {
    OutputDigest digest = new OutputDigest();
    digest.console(0, 'a');
    OutputDigest copy = new OutputDigest();
    copy.restore(digest.value());
    digest.frame(0, new byte[9]);
    copy.frame(0, new byte[9]);
    assertEquals(digest.value(), copy.value());
  }

  @Test
  void outputsPassThroughAndAreFed() {
    List<String> seen = new ArrayList<>();
    OutputDigest digest = new OutputDigest();
    Outputs outputs =
        digest.over(
            new Outputs() {
              @Override
              public void console(int port, int value) {
                seen.add("console " + port + " " + value);
              }

              @Override
              public void frame(int nic, byte[] frame) {
                seen.add("frame " + nic + " " + frame.length);
              }
            });
    outputs.console(1, 'x');
    outputs.frame(2, new byte[60]);
    assertEquals(List.of("console 1 120", "frame 2 60"), seen);
    assertEquals(
        after(d -> {
          d.console(1, 'x');
          d.frame(2, new byte[60]);
        }),
        digest.value());
  }

  @Test
  void theFunctionNeverChanges() {
    // Recordings hold such values. This one was computed apart from this code.
    byte[] frame = "recorded".getBytes(US_ASCII);
    assertEquals(5489119327499343866L, after(d -> d.frame(0, frame)));
  }
}
