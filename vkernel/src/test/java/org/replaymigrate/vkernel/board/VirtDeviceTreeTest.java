package org.replaymigrate.vkernel.board;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.replaymigrate.vkernel.MachineConfig;

class VirtDeviceTreeTest {
  private static final byte[] SEED = new byte[32];

  private static ParsedTree tree(boolean builtinFirmware, int harts) {
    MachineConfig config =
        new MachineConfig(256L << 20, harts, List.of(), builtinFirmware, 100, 20_000);
    return new ParsedTree(
        VirtDeviceTree.build(config, "console=ttyS0 ro", 0x8820_0000L, 0x8900_0001L, SEED));
  }

  @Test
  void theBoardIsVirt() {
    ParsedTree tree = tree(true, 1);
    assertEquals("riscv-virtio", tree.text("/compatible"));
    assertArrayEquals(new int[] {2}, tree.cells("/#address-cells"));
    assertArrayEquals(new int[] {2}, tree.cells("/#size-cells"));
    assertEquals("memory", tree.text("/memory@80000000/device_type"));
    assertArrayEquals(
        new int[] {0, 0x8000_0000, 0, 0x1000_0000}, tree.cells("/memory@80000000/reg"));
  }

  @Test
  void chosenHasWhatTheKernelIsTold() {
    ParsedTree tree = tree(true, 1);
    assertEquals("console=ttyS0 ro", tree.text("/chosen/bootargs"));
    assertEquals(0x8820_0000L, tree.number("/chosen/linux,initrd-start"));
    assertEquals(0x8900_0001L, tree.number("/chosen/linux,initrd-end"));
    assertArrayEquals(SEED, tree.bytes("/chosen/rng-seed"));
    assertTrue(tree.has(tree.text("/chosen/stdout-path") + "/"), "the path leads to a node");
  }

  @Test
  void whatIsNotGivenIsNotThere() {
    ParsedTree tree =
        new ParsedTree(
            VirtDeviceTree.build(MachineConfig.of(64L << 20, 1, List.of()), "", 0, 0, new byte[0]));
    assertFalse(tree.has("/chosen/bootargs"));
    assertFalse(tree.has("/chosen/linux,initrd-start"));
    assertFalse(tree.has("/chosen/rng-seed"));
  }

  @Test
  void hartsAreDescribedInBothWordings() {
    ParsedTree tree = tree(true, 2);
    assertEquals(10_000_000, tree.number("/cpus/timebase-frequency"));
    for (int hart = 0; hart < 2; hart++) {
      String cpu = "/cpus/cpu@" + hart;
      assertEquals(hart, tree.number(cpu + "/reg"));
      assertEquals("riscv,sv48", tree.text(cpu + "/mmu-type"));
      assertEquals("riscv,cpu-intc", tree.text(cpu + "/interrupt-controller/compatible"));
      // The old wording, single letters first, is the new one put together.
      StringBuilder isa = new StringBuilder("rv64");
      for (String extension : tree.text(cpu + "/riscv,isa-extensions").split("\\|", -1)) {
        isa.append(extension.length() > 1 ? "_" : "").append(extension);
      }
      assertEquals(isa.toString(), tree.text(cpu + "/riscv,isa"));
      assertEquals("rv64i", tree.text(cpu + "/riscv,isa-base"));
      assertEquals(
          tree.number(cpu + "/phandle"),
          tree.number("/cpus/cpu-map/cluster0/core" + hart + "/cpu"));
    }
    assertFalse(tree.has("/cpus/cpu@2/"));
  }

  @Test
  void devicesAreWhereTheBoardHasThem() {
    ParsedTree tree = tree(true, 1);
    int plic = (int) tree.number("/soc/plic@c000000/phandle");
    device(tree, "rtc@101000", "google,goldfish-rtc", 0x10_1000, 0x1000, 11, plic);
    device(tree, "serial@10000000", "ns16550a", 0x1000_0000, 0x100, 10, plic);
    for (int slot = 0; slot < 8; slot++) {
      int address = 0x1000_1000 + 0x1000 * slot;
      String name = "virtio_mmio@" + Integer.toHexString(address);
      device(tree, name, "virtio,mmio", address, 0x1000, 1 + slot, plic);
    }
    assertEquals(3_686_400, tree.number("/soc/serial@10000000/clock-frequency"));
    assertEquals("sifive,test1|sifive,test0|syscon", tree.text("/soc/test@100000/compatible"));
    assertEquals("sifive,plic-1.0.0|riscv,plic0", tree.text("/soc/plic@c000000/compatible"));
    assertEquals(95, tree.number("/soc/plic@c000000/riscv,ndev"));
    assertArrayEquals(new int[] {0, 0xc00_0000, 0, 0x60_0000}, tree.cells("/soc/plic@c000000/reg"));
  }

  private static void device(
      ParsedTree tree, String name, String compatible, int address, int size, int irq, int plic) {
    String path = "/soc/" + name;
    assertEquals(compatible, tree.text(path + "/compatible"));
    assertArrayEquals(new int[] {0, address, 0, size}, tree.cells(path + "/reg"));
    assertEquals(irq, tree.number(path + "/interrupts"));
    assertEquals(plic, tree.number(path + "/interrupt-parent"));
  }

  @Test
  void powerGoesThroughTheSyscon() {
    ParsedTree tree = tree(true, 1);
    long syscon = tree.number("/soc/test@100000/phandle");
    for (String node : List.of("poweroff", "reboot")) {
      assertEquals("syscon-" + node, tree.text("/" + node + "/compatible"));
      assertEquals(syscon, tree.number("/" + node + "/regmap"));
      assertEquals(0, tree.number("/" + node + "/offset"));
    }
    assertEquals(0x5555, tree.number("/poweroff/value"));
    assertEquals(0x7777, tree.number("/reboot/value"));
  }

  @Test
  void aFirmwareOfTheGuestSeesTheInterruptsOfMachineMode() {
    ParsedTree tree = tree(false, 2);
    int h0 = (int) tree.number("/cpus/cpu@0/interrupt-controller/phandle");
    int h1 = (int) tree.number("/cpus/cpu@1/interrupt-controller/phandle");
    assertArrayEquals(
        new int[] {h0, 11, h0, 9, h1, 11, h1, 9},
        tree.cells("/soc/plic@c000000/interrupts-extended"));
    assertArrayEquals(
        new int[] {h0, 3, h0, 7, h1, 3, h1, 7},
        tree.cells("/soc/clint@2000000/interrupts-extended"));
  }

  @Test
  void withTheBuiltInFirmwareMachineModeIsHidden() {
    ParsedTree tree = tree(true, 1);
    int h0 = (int) tree.number("/cpus/cpu@0/interrupt-controller/phandle");
    assertArrayEquals(
        new int[] {h0, -1, h0, 9}, tree.cells("/soc/plic@c000000/interrupts-extended"));
    assertFalse(tree.has("/soc/clint@2000000/"));
  }
}
