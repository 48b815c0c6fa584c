package org.replaymigrate.cli.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What a seed makes somebody do at the Debian guest's shell: much of what a build does, files in
 * memory and on a disk, entropy, and typing while the guest prints.
 *
 * @param rounds how often; one takes some 400 million instructions
 */
record DebianWork(long seed, int rounds) {
  /** One thing to do. */
  private interface Step {
    void in(DebianShell shell, Random random) throws IOException, InterruptedException;
  }

  private static final List<Step> STEPS =
      List.of(
          DebianWork::compile,
          DebianWork::calculate,
          DebianWork::fillMemory,
          DebianWork::useDisk,
          DebianWork::typeAmidOutput);

  void in(DebianShell shell) throws IOException, InterruptedException {
    Random random = new Random(seed);
    for (int round = 0; round < rounds; round++) {
      List<Step> order = new ArrayList<>(STEPS);
      Collections.shuffle(order, random);
      for (Step step : order) {
        step.in(shell, random);
      }
    }
  }

  /** Many short processes at a time, with pipes between them. */
  private static void compile(DebianShell shell, Random random)
      throws IOException, InterruptedException {
    int files = 4 + random.nextInt(8);
    shell.sh(
        ("for i in $(seq %d); do echo \"int f$i() { return $i; }\" > /tmp/f$i.c;"
                + " (tr a-z A-Z < /tmp/f$i.c | sed s/F/g/ | sha256sum | cut -c1-9 > /tmp/f$i.o) &"
                + " done; wait; cat /tmp/f*.o | sort | sha256sum; rm /tmp/f*")
            .formatted(files));
  }

  private static void calculate(DebianShell shell, Random random)
      throws IOException, InterruptedException {
    shell.sh(
        ("awk 'BEGIN { x = %d; for (i = 0; i < %d; i++) { x = (x * 1103515245 + 12345) %% 65536;"
                + " print x / 7, sin(x) } }' | sort -n | sha256sum")
            .formatted(random.nextInt(65536), 500 + random.nextInt(500)));
  }

  private static void fillMemory(DebianShell shell, Random random)
      throws IOException, InterruptedException {
    shell.sh(
        "dd if=/dev/urandom of=/tmp/r bs=4k count=%d 2>/dev/null; sha256sum /tmp/r; rm /tmp/r"
            .formatted(100 + random.nextInt(200)));
  }

  /** Past the cache, with entropy from the host. */
  private static void useDisk(DebianShell shell, Random random)
      throws IOException, InterruptedException {
    int at = random.nextInt(1024);
    int pages = 20 + random.nextInt(100);
    shell.sh(
        ("dd if=/dev/hwrng of=/tmp/h bs=32 count=4 2>/dev/null; sha256sum /tmp/h;"
                + " dd if=/bin/busybox of=/dev/vda bs=4k seek=%d count=%d conv=fsync 2>/dev/null;"
                + " echo 3 > /proc/sys/vm/drop_caches; dd if=/dev/vda bs=4k count=1200 2>/dev/null"
                + " | sha256sum")
            .formatted(at, pages));
  }

  /**
   * The terminal echoes it into the middle of what a command prints, and the shell runs it next.
   */
  private static void typeAmidOutput(DebianShell shell, Random random)
      throws IOException, InterruptedException {
    int last = 200 + random.nextInt(200);
    shell.process().type("seq " + last + "\n");
    shell.await("\n" + (1 + random.nextInt(last / 2)));
    shell.sh("date");
  }
}
