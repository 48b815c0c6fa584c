package org.replaymigrate.replayer;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.vkernel.Machine;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.cpu.Hart;
import org.replaymigrate.vkernel.memory.Ram;
import org.replaymigrate.vkernel.port.Outputs;

/** Machines to test with, and a digest of all that is in them. */
final class Bench {
  private static final int MEMORY = 16 << 20;

  private Bench() {}

  /** A machine at power-on with a program for M-mode in it. */
  static Machine machine(byte[] program, int harts) {
    MachineConfig config = new MachineConfig(MEMORY, harts, List.of(), false, 100, 1000);
    Machine machine =
        new Machine(config, MemorySegment.ofArray(new byte[MEMORY]), List.of(), Outputs.NONE);
    machine.ram().write(Ram.BASE, program, 0, program.length);
    for (Hart hart : machine.harts().list()) {
      hart.reset(Ram.BASE, hart.id, 0, 0);
    }
    return machine;
  }

  /** A digest of the whole state, taken anew each time. */
  static Supplier<Digest128> digest(Machine machine) {
    return () -> digestNow(machine);
  }

  static Digest128 digestNow(Machine machine) {
    byte[] state = text(machine.save()).getBytes(StandardCharsets.UTF_8);
    CRC32C ram = new CRC32C();
    ram.update(machine.ram().memory().asByteBuffer());
    Digest128 digest = Digest128.of(state);
    return new Digest128(digest.high() ^ ram.getValue(), digest.low());
  }

  /** Every field of a state. */
  private static String text(Object value) {
    StringBuilder text = new StringBuilder();
    if (value instanceof Record) {
      for (RecordComponent component : value.getClass().getRecordComponents()) {
        try {
          text.append(text(component.getAccessor().invoke(value))).append(' ');
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(e);
        }
      }
    } else if (value instanceof List<?> list) {
      list.forEach(element -> text.append(text(element)));
    } else if (value.getClass().isArray()) {
      for (int i = 0; i < Array.getLength(value); i++) {
        text.append(Array.get(value, i)).append(',');
      }
    } else {
      text.append(value);
    }
    return text.toString();
  }
}
