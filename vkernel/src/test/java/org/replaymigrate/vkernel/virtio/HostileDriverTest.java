package org.replaymigrate.vkernel.virtio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.replaymigrate.vkernel.MachineConfig.Slot;
import org.replaymigrate.vkernel.memory.Ram;
import org.replaymigrate.vkernel.port.HostFault;
import org.replaymigrate.vkernel.port.OutputDigest;
import org.replaymigrate.vkernel.port.Outputs;

/**
 * A driver that writes anything anywhere: no exception leaves a device, and two machines which see
 * the same have the same RAM and state afterwards, even if the host of one of them fails now and
 * then.
 */
class HostileDriverTest {
  private static final int RAM = 16 << 10;
  private static final int ROUNDS = 200;
  private static final int STEPS = 40;

  enum Kind {
    DISK,
    NET,
    RNG,
    CONSOLE
  }

  @ParameterizedTest
  @CsvSource({"DISK, 1", "DISK, 2", "NET, 3", "NET, 4", "RNG, 5", "CONSOLE, 6"})
  void whateverADriverDoesNothingIsThrownAndNothingDiffers(Kind kind, long seed) {
    int served = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long s = seed * 1_000_003 + round;
      try {
        Guest steady = new Guest(kind, false, s);
        Guest faulty = new Guest(kind, true, s);
        for (int step = 0; step < STEPS; step++) {
          steady.step();
          faulty.step();
        }
        served += steady.served;
        assertEquals(-1, steady.ram.memory().mismatch(faulty.ram.memory()), "RAM, seed " + s);
        assertEquals(steady.digest.value(), faulty.digest.value(), "output, seed " + s);
        assertEquals(
            steady.mmio.save().toString().replaceAll("\\[I@\\w+", ""),
            faulty.mmio.save().toString().replaceAll("\\[I@\\w+", ""),
            "state, seed " + s);
      } catch (RuntimeException e) {
        fail("seed " + s, e);
      }
    }
    assertTrue(served > ROUNDS / 4, "only " + served + " buffers got through");
  }

  /** A machine of RAM and one device, and what a seed makes its guest do. */
  private static final class Guest {
    final Ram ram = new Ram(MemorySegment.ofArray(new byte[RAM]));
    final OutputDigest digest = new OutputDigest();
    final MemoryStore store = new MemoryStore(64 * 512);
    final VirtioMmio mmio;
    private final VirtioDevice device;
    private final Random random;
    private final Random faults = new Random(7);
    private final boolean faulty;
    int served;

    Guest(Kind kind, boolean faulty, long seed) {
      this.faulty = faulty;
      random = new Random(seed);
      Outputs outputs = digest.over(Outputs.NONE);
      device =
          switch (kind) {
            case DISK -> new VirtioBlk(0, new Slot.Disk(64 * 512, false, ""), store, digest);
            case NET -> new VirtioNet(0, new Slot.Net(1), outputs);
            case RNG -> new VirtioRng(0);
            case CONSOLE -> new VirtioConsole(1, outputs);
          };
      mmio = new VirtioMmio(ram, high -> {}, device);
    }

    private int pick(int... values) {
      return values[random.nextInt(values.length)];
    }

    private long address() {
      return switch (random.nextInt(40)) {
        case 0 -> random.nextLong();
        case 1 -> Ram.BASE + RAM - random.nextInt(64);
        case 2 -> Ram.BASE - random.nextInt(64);
        default -> Ram.BASE + random.nextInt(RAM) & -pick(1, 16, 16, 64, 512);
      };
    }

    private void store(int register, long value) {
      mmio.store(register, 4, value);
    }

    private void start() {
      store(VirtioMmio.STATUS, 0);
      store(VirtioMmio.DRIVER_FEATURES_SEL, 1);
      store(VirtioMmio.DRIVER_FEATURES, 1);
      store(VirtioMmio.DRIVER_FEATURES_SEL, 0);
      long net = device instanceof VirtioNet ? 1 << 15 : 0;
      store(VirtioMmio.DRIVER_FEATURES, (long) pick(0, 1, 2, 3) << 28 | net);
      store(VirtioMmio.STATUS, 11);
      for (int q = 0; q < device.queues(); q++) {
        store(VirtioMmio.QUEUE_SEL, q);
        store(VirtioMmio.QUEUE_NUM, pick(8, 8, 8, 16, 16, 256, 3));
        for (int register : new int[] {VirtioMmio.QUEUE_DESC_LOW, 0x90, 0xa0}) {
          long address = address();
          store(register, address);
          store(register + 4, address >>> 32);
        }
        store(VirtioMmio.QUEUE_READY, 1);
      }
      store(VirtioMmio.STATUS, 15);
    }

    /** A ring that often makes sense, so that devices get past the first check. */
    private void scribble() {
      VirtQueue queue = mmio.queue(random.nextInt(device.queues()));
      long table = queue.descriptors();
      // Two chains, 0 to 3 and 4 to 7: a header, data either way in two parts, a byte to write.
      for (int i = 0; i < 8; i += 4) {
        int data = pick(1, 3);
        descriptor(table + 16L * i, address(), pick(16, 16, 16, 32), pick(1, 1, 1, 1, 4), i + 1);
        descriptor(table + 16L * i + 16, address(), pick(16, 512, 512, 1024, 4096), data, i + 2);
        descriptor(table + 16L * i + 32, address(), pick(0, 16, 512, 512, 1024), data, i + 3);
        descriptor(table + 16L * i + 48, address(), 1, 2, 0);
      }
      for (int i = random.nextInt(3); i > 0; i--) {
        int length = pick(0, 1, 15, 17, 100, 512, 1 << 20, random.nextInt());
        descriptor(
            i == 1 ? table + 16L * random.nextInt(8) : address(),
            address(),
            length,
            pick(0, 1, 2, 3, 4, 5, random.nextInt()),
            pick(0, 1, 2, 3, 4, 5, 6, 7, random.nextInt()));
      }
      for (int i = 0; i < 8; i += 4) {
        long header = ram.contains(table, 128) ? ram.getLong(table + 16L * i) : 0;
        if (ram.contains(header, 16)) { // as of a disk request
          ram.putInt(header, pick(0, 0, 1, 1, 4, 8, 11, 13, random.nextInt()));
          ram.putLong(header + 8, random.nextInt(70));
        }
      }
      if (ram.contains(queue.driver(), 64)) {
        int waiting = pick(1, 1, 2, 3, 3, random.nextInt(2000));
        int from = queue.save().position();
        ram.putShort(queue.driver() + 2, (short) (from + waiting));
        for (int i = 0; i < 8; i++) {
          long slot = (from + i) & Math.max(0, queue.size() - 1);
          if (ram.contains(queue.driver() + 4 + 2 * slot, 2)) {
            int head = pick(0, 0, 4, 4, 4, random.nextInt(10));
            ram.putShort(queue.driver() + 4 + 2 * slot, (short) head);
          }
        }
      }
    }

    private void descriptor(long at, long address, int length, int flags, int next) {
      if (ram.contains(at, 16)) {
        ram.putLong(at, address);
        ram.putInt(at + 8, length);
        ram.putShort(at + 12, (short) flags);
        ram.putShort(at + 14, (short) next);
      }
    }

    void step() {
      switch (random.nextInt(10)) {
        case 0 -> start();
        case 1 -> mmio.store(random.nextInt(0x120), pick(1, 2, 4, 8), random.nextLong());
        case 2, 3 -> receive();
        case 4 -> {
          if (mmio.hostCall() == null) {
            mmio.restore(mmio.save());
          }
        }
        default -> {
          if (!mmio.live()) {
            start();
          }
          scribble();
          store(VirtioMmio.QUEUE_NOTIFY, random.nextInt(device.queues()));
        }
      }
      serve();
    }

    private void receive() {
      byte[] bytes = new byte[random.nextInt(300) + 1];
      random.nextBytes(bytes);
      if (device instanceof VirtioNet net) {
        net.room();
        net.receive(bytes);
      } else if (device instanceof VirtioConsole console && console.room() >= bytes.length) {
        console.receive(bytes);
      }
    }

    /** As the machine does between two instructions. */
    private void serve() {
      int before = position();
      while (mmio.notified()) {
        store.allowed = faulty && faults.nextInt(4) > 0 ? faults.nextInt(4) : Integer.MAX_VALUE;
        try {
          mmio.process();
        } catch (HostFault e) {
          continue; // nothing may have changed for the guest
        }
        if (device instanceof VirtioRng rng && rng.hostCall() != null) {
          byte[] entropy = new byte[((VirtioRng.State) rng.save()).pending()];
          random.nextBytes(entropy);
          rng.entropy(entropy);
        }
      }
      served += Math.max(0, position() - before);
    }

    private int position() {
      int sum = 0;
      for (int q = 0; q < device.queues(); q++) {
        sum += mmio.queue(q).save().position();
      }
      return sum;
    }
  }
}
