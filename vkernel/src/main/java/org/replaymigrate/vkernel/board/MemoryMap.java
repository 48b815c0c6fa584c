package org.replaymigrate.vkernel.board;

/** Where everything sits on QEMU's {@code virt} board, and its interrupt numbers at the PLIC. */
public final class MemoryMap {
  public static final long SYSCON = 0x10_0000;
  public static final long SYSCON_SIZE = 0x1000;
  public static final long RTC = 0x10_1000;
  public static final long RTC_SIZE = 0x1000;
  public static final int RTC_IRQ = 11;
  public static final long CLINT = 0x200_0000;
  public static final long PLIC = 0xc00_0000;
  public static final long PLIC_SIZE = 0x60_0000;
  public static final long UART = 0x1000_0000;
  public static final long UART_SIZE = 0x100;
  public static final int UART_IRQ = 10;
  public static final long VIRTIO = 0x1000_1000;
  public static final long VIRTIO_STRIDE = 0x1000;

  /** Slot k has interrupt 1 + k. */
  public static final int VIRTIO_IRQ = 1;

  private MemoryMap() {}
}
