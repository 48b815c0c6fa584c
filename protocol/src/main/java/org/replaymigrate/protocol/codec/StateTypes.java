package org.replaymigrate.protocol.codec;

import java.util.ArrayList;
import java.util.List;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.MachineState;
import org.replaymigrate.vkernel.cpu.HartState;
import org.replaymigrate.vkernel.device.Clint;
import org.replaymigrate.vkernel.device.GoldfishRtc;
import org.replaymigrate.vkernel.device.Plic;
import org.replaymigrate.vkernel.device.Syscon;
import org.replaymigrate.vkernel.device.Uart16550;
import org.replaymigrate.vkernel.virtio.EmptySlot;
import org.replaymigrate.vkernel.virtio.VirtQueue;
import org.replaymigrate.vkernel.virtio.VirtioBlk;
import org.replaymigrate.vkernel.virtio.VirtioConsole;
import org.replaymigrate.vkernel.virtio.VirtioMmio;
import org.replaymigrate.vkernel.virtio.VirtioNet;
import org.replaymigrate.vkernel.virtio.VirtioPowerButton;
import org.replaymigrate.vkernel.virtio.VirtioRng;

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
    t.add(new Line(15, MachineConfig.Slot.PowerButton.class));
    t.add(new Line(10, MachineConfig.class));
    // Devices: 40 to 79.
    t.add(new Line(40, Syscon.State.class));
    t.add(new Line(41, GoldfishRtc.State.class));
    t.add(new Line(42, Clint.State.class));
    t.add(new Line(43, Plic.State.class));
    t.add(new Line(44, Uart16550.State.class));
    t.add(new Line(50, VirtQueue.State.class));
    t.add(new Line(52, VirtioBlk.State.class));
    t.add(new Line(53, VirtioNet.State.class));
    t.add(new Line(54, VirtioRng.State.class));
    t.add(new Line(55, VirtioConsole.State.class));
    t.add(new Line(56, VirtioPowerButton.State.class));
    t.add(new Line(57, EmptySlot.State.class));
    t.add(new Line(51, VirtioMmio.State.class));
    // The processor: 30 to 39.
    t.add(new Line(30, HartState.class));
    t.add(new Line(31, MachineState.class));
    return t;
  }
}
