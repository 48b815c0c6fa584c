package org.replaymigrate.vkernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.vkernel.MachineConfig.Slot;
import org.replaymigrate.vkernel.board.MemoryMap;
import org.replaymigrate.vkernel.device.MmioDevice;
import org.replaymigrate.vkernel.device.Plic;
import org.replaymigrate.vkernel.memory.Ram;
import org.replaymigrate.vkernel.port.BlockStore;
import org.replaymigrate.vkernel.port.HostCall;
import org.replaymigrate.vkernel.port.Input;
import org.replaymigrate.vkernel.port.OutputDigest;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.virtio.EmptySlot;
import org.replaymigrate.vkernel.virtio.VirtioBlk;
import org.replaymigrate.vkernel.virtio.VirtioConsole;
import org.replaymigrate.vkernel.virtio.VirtioDevice;
import org.replaymigrate.vkernel.virtio.VirtioMmio;
import org.replaymigrate.vkernel.virtio.VirtioNet;
import org.replaymigrate.vkernel.virtio.VirtioPowerButton;
import org.replaymigrate.vkernel.virtio.VirtioRng;

/** The eight virtio-mmio slots with what the configuration puts into them. */
final class VirtioSlots {
  private final List<VirtioMmio> transports = new ArrayList<>();
  private final List<VirtioNet> nics = new ArrayList<>();
  private final List<VirtioConsole> consoles = new ArrayList<>();
  private final List<VirtioRng> rngs = new ArrayList<>();
  private final List<VirtioPowerButton> buttons = new ArrayList<>();

  /**
   * @param attach told of each slot's number and device
   */
  VirtioSlots(
      MachineConfig config,
      Ram ram,
      Plic plic,
      List<BlockStore> disks,
      Outputs outputs,
      OutputDigest digest,
      BiConsumer<Integer, MmioDevice> attach) {
    int disk = 0;
    for (int slot = 0; slot < MachineConfig.MAX_SLOTS; slot++) {
      if (slot >= config.slots().size()) {
        attach.accept(slot, new EmptySlot());
        continue;
      }
      VirtioDevice device =
          switch (config.slots().get(slot)) {
            case Slot.Disk d -> {
              BlockStore store = disks.get(disk);
              if (store.sizeBytes() != d.sizeBytes()) {
                throw new IllegalArgumentException(
                    "disk of " + store.sizeBytes() + " bytes, not " + d.sizeBytes());
              }
              yield new VirtioBlk(disk++, d, store, digest);
            }
            case Slot.Net net -> add(nics, new VirtioNet(nics.size(), net, outputs));
            case Slot.Rng r -> add(rngs, new VirtioRng(slot));
            case Slot.PowerButton b -> add(buttons, new VirtioPowerButton());
            case Slot.Console c -> add(consoles, new VirtioConsole(consoles.size() + 1, outputs));
          };
      VirtioMmio transport = new VirtioMmio(ram, plic.line(MemoryMap.VIRTIO_IRQ + slot), device);
      transports.add(transport);
      attach.accept(slot, transport);
    }
  }

  private static <T> T add(List<T> list, T device) {
    list.add(device);
    return device;
  }

  /** Serves what drivers have notified, until done or the host must answer. */
  void process() {
    for (VirtioMmio transport : transports) {
      if (transport.notified()) {
        transport.process();
      }
    }
  }

  @Nullable HostCall hostCall() {
    for (VirtioRng rng : rngs) {
      HostCall call = rng.hostCall();
      if (call != null) {
        return call;
      }
    }
    return null;
  }

  void entropy(Input.Entropy entropy) {
    for (VirtioRng rng : rngs) {
      if (rng.hostCall() instanceof HostCall.Entropy call) {
        Machine.require(
            call.bytes() == entropy.bytes().length,
            entropy.bytes().length + " bytes of entropy where " + call.bytes() + " were asked for");
        rng.entropy(entropy.bytes());
        return;
      }
    }
    throw new IllegalArgumentException("entropy that nobody asked for");
  }

  void pressPowerButton() {
    buttons.forEach(VirtioPowerButton::press);
  }

  boolean networkRoom(int nic) {
    return nic >= 0 && nic < nics.size() && nics.get(nic).room();
  }

  void receive(Input.NetworkFrame frame) {
    int length = frame.frame().length;
    Machine.require(
        frame.nic() >= 0 && frame.nic() < nics.size(), "a frame for network card " + frame.nic());
    Machine.require(length >= 1 && length <= 65535, "a frame of " + length + " bytes");
    nics.get(frame.nic()).receive(frame.frame());
  }

  /**
   * @param port from 1
   */
  int consoleRoom(int port) {
    return port >= 1 && port <= consoles.size() ? consoles.get(port - 1).room() : 0;
  }

  void type(int port, byte[] bytes) {
    consoles.get(port - 1).receive(bytes);
  }
}
