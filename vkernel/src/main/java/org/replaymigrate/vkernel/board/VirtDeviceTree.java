package org.replaymigrate.vkernel.board;

import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.device.Clint;
import org.replaymigrate.vkernel.device.Plic;
import org.replaymigrate.vkernel.device.Syscon;
import org.replaymigrate.vkernel.memory.Ram;

/** Describes the board to its guest, in the words of QEMU's {@code virt}. */
public final class VirtDeviceTree {
  /** Guest time, ticks a second. */
  public static final int TIMEBASE_HZ = 10_000_000;

  private static final String[] EXTENSIONS = {
    "i",
    "m",
    "a",
    "f",
    "d",
    "c",
    "zicntr",
    "zicsr",
    "zifencei",
    "zihintpause",
    "zba",
    "zbb",
    "zbs",
    "sstc"
  };
  private static final String ISA = "rv64imafdc_zicntr_zicsr_zifencei_zihintpause_zba_zbb_zbs_sstc";

  private static final int PLIC_PHANDLE = 1;
  private static final int SYSCON_PHANDLE = 2;
  private static final int FIRST_HART_PHANDLE = 3;

  private static final int MACHINE_SOFTWARE = 3;
  private static final int MACHINE_TIMER = 7;
  private static final int SUPERVISOR_EXTERNAL = 9;
  private static final int MACHINE_EXTERNAL = 11;

  /** Of a PLIC context that is not for the reader of the tree. */
  private static final int NO_INTERRUPT = -1;

  private static final int UART_CLOCK_HZ = 3_686_400;

  private VirtDeviceTree() {}

  /**
   * The blob for a machine.
   *
   * @param commandLine the kernel's; may be empty
   * @param initrdStart guest-physical address; equal to {@code initrdEnd} when there is none
   * @param seed for the guest's random number generator; may be empty
   */
  public static byte[] build(
      MachineConfig config, String commandLine, long initrdStart, long initrdEnd, byte[] seed) {
    DeviceTree tree = new DeviceTree();
    tree.begin("")
        .cells("#address-cells", 2)
        .cells("#size-cells", 2)
        .strings("compatible", "riscv-virtio")
        .strings("model", "riscv-virtio,replay-migrate");
    tree.begin("aliases").strings("serial0", "/soc/serial@10000000").end();
    chosen(tree, commandLine, initrdStart, initrdEnd, seed);
    power(tree, "poweroff", Syscon.PASS);
    power(tree, "reboot", Syscon.RESET);
    tree.begin(at("memory", Ram.BASE))
        .strings("device_type", "memory")
        .longs("reg", Ram.BASE, config.memoryBytes())
        .end();
    harts(tree, config.harts());
    soc(tree, config);
    return tree.end().blob();
  }

  private static String at(String name, long address) {
    return name + "@" + Long.toHexString(address);
  }

  private static void chosen(
      DeviceTree tree, String commandLine, long initrdStart, long initrdEnd, byte[] seed) {
    tree.begin("chosen").strings("stdout-path", "/soc/serial@10000000");
    if (!commandLine.isEmpty()) {
      tree.strings("bootargs", commandLine);
    }
    if (initrdEnd > initrdStart) {
      tree.longs("linux,initrd-start", initrdStart).longs("linux,initrd-end", initrdEnd);
    }
    if (seed.length > 0) {
      tree.bytes("rng-seed", seed);
    }
    tree.end();
  }

  private static void power(DeviceTree tree, String name, int value) {
    tree.begin(name)
        .strings("compatible", "syscon-" + name)
        .cells("regmap", SYSCON_PHANDLE)
        .cells("offset", 0)
        .cells("value", value)
        .end();
  }

  private static int hartPhandle(int hart) {
    return FIRST_HART_PHANDLE + 2 * hart;
  }

  private static int hartInterruptsPhandle(int hart) {
    return hartPhandle(hart) + 1;
  }

  private static void harts(DeviceTree tree, int harts) {
    tree.begin("cpus")
        .cells("#address-cells", 1)
        .cells("#size-cells", 0)
        .cells("timebase-frequency", TIMEBASE_HZ);
    for (int hart = 0; hart < harts; hart++) {
      tree.begin(at("cpu", hart))
          .strings("device_type", "cpu")
          .cells("reg", hart)
          .strings("status", "okay")
          .strings("compatible", "riscv")
          .strings("riscv,isa", ISA)
          .strings("riscv,isa-base", "rv64i")
          .strings("riscv,isa-extensions", EXTENSIONS)
          .strings("mmu-type", "riscv,sv48")
          .cells("phandle", hartPhandle(hart));
      tree.begin("interrupt-controller")
          .strings("compatible", "riscv,cpu-intc")
          .flag("interrupt-controller")
          .cells("#interrupt-cells", 1)
          .cells("#address-cells", 0)
          .cells("phandle", hartInterruptsPhandle(hart))
          .end();
      tree.end();
    }
    tree.begin("cpu-map").begin("cluster0");
    for (int hart = 0; hart < harts; hart++) {
      tree.begin("core" + hart).cells("cpu", hartPhandle(hart)).end();
    }
    tree.end().end().end();
  }

  private static void soc(DeviceTree tree, MachineConfig config) {
    tree.begin("soc")
        .strings("compatible", "simple-bus")
        .cells("#address-cells", 2)
        .cells("#size-cells", 2)
        .flag("ranges");
    tree.begin(at("test", MemoryMap.SYSCON))
        .strings("compatible", "sifive,test1", "sifive,test0", "syscon")
        .longs("reg", MemoryMap.SYSCON, MemoryMap.SYSCON_SIZE)
        .cells("phandle", SYSCON_PHANDLE)
        .end();
    device(tree, "rtc", "google,goldfish-rtc", MemoryMap.RTC, MemoryMap.RTC_SIZE, MemoryMap.RTC_IRQ)
        .end();
    device(tree, "serial", "ns16550a", MemoryMap.UART, MemoryMap.UART_SIZE, MemoryMap.UART_IRQ)
        .cells("clock-frequency", UART_CLOCK_HZ)
        .end();
    for (int slot = 0; slot < MachineConfig.MAX_SLOTS; slot++) {
      long address = MemoryMap.VIRTIO + slot * MemoryMap.VIRTIO_STRIDE;
      int irq = MemoryMap.VIRTIO_IRQ + slot;
      device(tree, "virtio_mmio", "virtio,mmio", address, MemoryMap.VIRTIO_STRIDE, irq).end();
    }
    interruptControllers(tree, config);
    tree.end();
  }

  private static DeviceTree device(
      DeviceTree tree, String name, String compatible, long address, long size, int irq) {
    return tree.begin(at(name, address))
        .strings("compatible", compatible)
        .longs("reg", address, size)
        .cells("interrupt-parent", PLIC_PHANDLE)
        .cells("interrupts", irq);
  }

  /**
   * With the built-in firmware the reader is in S-mode from the start: M-mode's contexts of the
   * PLIC are taken out and the CLINT is not shown, as firmware does before it hands the tree on.
   */
  private static void interruptControllers(DeviceTree tree, MachineConfig config) {
    int[] plic = new int[4 * config.harts()];
    int[] clint = new int[4 * config.harts()];
    for (int hart = 0; hart < config.harts(); hart++) {
      int at = 4 * hart;
      int phandle = hartInterruptsPhandle(hart);
      plic[at] = phandle;
      plic[at + 1] = config.builtinFirmware() ? NO_INTERRUPT : MACHINE_EXTERNAL;
      plic[at + 2] = phandle;
      plic[at + 3] = SUPERVISOR_EXTERNAL;
      clint[at] = phandle;
      clint[at + 1] = MACHINE_SOFTWARE;
      clint[at + 2] = phandle;
      clint[at + 3] = MACHINE_TIMER;
    }
    tree.begin(at("plic", MemoryMap.PLIC))
        .strings("compatible", "sifive,plic-1.0.0", "riscv,plic0")
        .longs("reg", MemoryMap.PLIC, MemoryMap.PLIC_SIZE)
        .cells("interrupts-extended", plic)
        .flag("interrupt-controller")
        .cells("#interrupt-cells", 1)
        .cells("#address-cells", 0)
        .cells("riscv,ndev", Plic.SOURCES - 1)
        .cells("phandle", PLIC_PHANDLE)
        .end();
    if (!config.builtinFirmware()) {
      tree.begin(at("clint", MemoryMap.CLINT))
          .strings("compatible", "sifive,clint0", "riscv,clint0")
          .longs("reg", MemoryMap.CLINT, Clint.SIZE)
          .cells("interrupts-extended", clint)
          .end();
    }
  }
}
