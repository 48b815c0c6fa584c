package org.replaymigrate.protocol.codec;

import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.MachineState;
import org.replaymigrate.vkernel.cpu.HartState;

/** The records that make up configurations and states, with their ids in every format. */
final class StateTypes {
  /**
   * A line of the table.
   *
   * @param id 10 or more, never reused; those below are Kryo's own
   */
  record Line(int id, Class<? extends Record> type) {}

  private StateTypes() {}

  /** Every record that may occur, those which others name in a component before them. */
  static List<Line> table() {
    List<Line> t = new ArrayList<>();
    // Configuration: 10 to 29.
    t.add(new Line(11, MachineConfig.Slot.Disk.class));
    t.add(new Line(12, MachineConfig.Slot.Net.class));
    t.add(new Line(13, MachineConfig.Slot.Rng.class));
    t.add(new Line(14, MachineConfig.Slot.Console.class));
    t.add(new Line(10, MachineConfig.class));
    // The processor: 30 to 39.
    t.add(new Line(30, HartState.class));
    t.add(new Line(31, MachineState.class));
    return t;
  }
}
