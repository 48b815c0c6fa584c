package org.replaymigrate.vkernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.replaymigrate.vkernel.board.MemoryMap;
import org.replaymigrate.vkernel.bus.Bus;
import org.replaymigrate.vkernel.cpu.Cause;
import org.replaymigrate.vkernel.cpu.Hart;
import org.replaymigrate.vkernel.cpu.Harts;
import org.replaymigrate.vkernel.device.Clint;
import org.replaymigrate.vkernel.device.GoldfishRtc;
import org.replaymigrate.vkernel.device.InterruptLine;
import org.replaymigrate.vkernel.device.MmioDevice;
import org.replaymigrate.vkernel.device.Plic;
import org.replaymigrate.vkernel.device.Syscon;
import org.replaymigrate.vkernel.device.TimeSource;
import org.replaymigrate.vkernel.device.Uart16550;
import org.replaymigrate.vkernel.memory.Ram;
import org.replaymigrate.vkernel.port.BlockStore;
import org.replaymigrate.vkernel.port.Input;
import org.replaymigrate.vkernel.port.OutputDigest;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.state.DeviceState;
import org.replaymigrate.vkernel.state.InvalidStateException;

/** The devices of {@code virt}, wired to each other and to the harts. */
final class Board {
  final Clint clint;
  final Plic plic;
  final Uart16550 uart;
  final GoldfishRtc rtc = new GoldfishRtc();
  private final VirtioSlots virtio;
  private final List<MmioDevice> devices = new ArrayList<>();

  /**
   * @param outputs already feeds {@code digest}
   */
  Board(
      MachineConfig config,
      Ram ram,
      Bus bus,
      Harts harts,
      List<BlockStore> disks,
      Outputs outputs,
      OutputDigest digest,
      TimeSource time,
      Runnable deadlineChanged,
      Consumer<Exit> power) {
    List<InterruptLine> contexts = new ArrayList<>();
    List<InterruptLine> software = new ArrayList<>();
    for (Hart hart : harts.list()) {
      contexts.add(hart.line(Cause.MEI));
      contexts.add(hart.line(Cause.SEI));
      software.add(hart.line(Cause.MSI));
    }
    clint = new Clint(time, software, deadlineChanged);
    plic = new Plic(contexts);
    uart = new Uart16550(plic.line(MemoryMap.UART_IRQ), outputs);
    attach(bus, MemoryMap.SYSCON, MemoryMap.SYSCON_SIZE, new Syscon(power));
    attach(bus, MemoryMap.RTC, MemoryMap.RTC_SIZE, rtc);
    attach(bus, MemoryMap.CLINT, Clint.SIZE, clint);
    attach(bus, MemoryMap.PLIC, MemoryMap.PLIC_SIZE, plic);
    attach(bus, MemoryMap.UART, MemoryMap.UART_SIZE, uart);
    virtio =
        new VirtioSlots(
            config,
            ram,
            plic,
            disks,
            outputs,
            digest,
            (slot, device) ->
                attach(
                    bus,
                    MemoryMap.VIRTIO + slot * MemoryMap.VIRTIO_STRIDE,
                    MemoryMap.VIRTIO_STRIDE,
                    device));
  }

  private void attach(Bus bus, long start, long length, MmioDevice device) {
    bus.attach(start, length, device);
    devices.add(device);
  }

  /** Whether a load must wait for the host's date. */
  boolean needsHost(long physical) {
    return rtc.needsClock(physical - MemoryMap.RTC);
  }

  /** The next byte from the UART's receive buffer, or -1. */
  int takeTyped() {
    boolean ready = (uart.load(5, 1) & 1) != 0;
    return ready ? (int) uart.load(0, 1) : -1;
  }

  int consoleRoom(int port) {
    return port == 0 ? uart.room() : virtio.consoleRoom(port);
  }

  /**
   * @param typed no more than there is room for
   */
  void type(Input.ConsoleBytes typed) {
    if (typed.port() == 0) {
      uart.receive(typed.bytes());
    } else if (typed.bytes().length > 0) {
      virtio.type(typed.port(), typed.bytes());
    }
  }

  VirtioSlots virtio() {
    return virtio;
  }

  List<DeviceState> save() {
    return devices.stream().map(MmioDevice::save).toList();
  }

  void restore(List<DeviceState> states) {
    InvalidStateException.require(
        states.size() == devices.size(), "state of " + states.size() + " devices");
    for (int i = 0; i < states.size(); i++) {
      devices.get(i).restore(states.get(i));
    }
  }
}
