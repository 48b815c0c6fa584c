package org.replaymigrate.vkernel.device;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.state.InvalidStateException;

class Uart16550Test {
  private static final int IER = 1;
  private static final int IIR = 2;
  private static final int LCR = 3;
  private static final int MCR = 4;
  private static final int LSR = 5;
  private static final int MSR = 6;

  private final StringBuilder out = new StringBuilder();
  private final Line line = new Line();
  private final Uart16550 uart = uart(line);

  private Uart16550 uart(Line irq) {
    return new Uart16550(
        irq,
        new Outputs() {
          @Override
          public void console(int port, int value) {
            out.append((char) value);
          }

          @Override
          public void frame(int nic, byte[] frame) {}
        });
  }

  private void type(String text) {
    uart.receive(text.getBytes(US_ASCII));
  }

  private String read(int count) {
    StringBuilder read = new StringBuilder();
    for (int i = 0; i < count; i++) {
      read.append((char) uart.load(0, 1));
    }
    return read.toString();
  }

  @Test
  void aByteStoredLeavesAtOnceAndThrIsEmptyAgain() {
    uart.store(0, 1, 0xffff_ff00L | 'h');
    uart.store(0, 1, 'i');
    assertEquals("hi", out.toString());
    assertEquals(0x60, uart.load(LSR, 1));
  }

  @Test
  void askingForThrEmptyInterruptsAtOnceAndReadingIirAcknowledges() {
    uart.store(IER, 1, 2);
    assertTrue(line.high());
    assertEquals(0x02, uart.load(IIR, 1));
    assertFalse(line.high());
    assertEquals(0x01, uart.load(IIR, 1));
    uart.store(0, 1, 'x');
    assertTrue(line.high());
    assertEquals(0x02, uart.load(IIR, 1));
    uart.store(IER, 1, 0);
    uart.store(IER, 1, 2);
    assertEquals(0x02, uart.load(IIR, 1), "as the 8250 driver's start-up test wants it");
  }

  @Test
  void receivedDataInterruptsUntilItIsRead() {
    uart.store(IER, 1, 1);
    type("ab");
    assertTrue(line.high());
    assertEquals(0x04, uart.load(IIR, 1));
    assertEquals(0x61, uart.load(LSR, 1));
    assertEquals("ab", read(2));
    assertFalse(line.high());
    assertEquals(0x60, uart.load(LSR, 1));
    assertEquals(0, uart.load(0, 1));
  }

  @Test
  void belowTheTriggerTheFifoTimesOut() {
    uart.store(2, 1, 0x81);
    uart.store(IER, 1, 1);
    type("1234567");
    assertEquals(0xcc, uart.load(IIR, 1));
    type("8");
    assertEquals(0xc4, uart.load(IIR, 1));
  }

  @Test
  void nothingTypedIsLostBehindAFullFifo() {
    uart.store(2, 1, 1);
    type("0123456789abcdefghij");
    assertEquals(4096 - 4, uart.room());
    assertEquals("0123456789abcdefghij", read(20));
    type("x".repeat(4096));
    assertEquals(16, uart.room());
    assertThrows(IllegalArgumentException.class, () -> type("x".repeat(17)));
    assertEquals("x".repeat(4096), read(4096));
    assertEquals(4096, uart.room());
  }

  @Test
  void aFifoResetDropsTheFifoAndNotTheBacklog() {
    uart.store(2, 1, 1);
    type("0123456789abcdefXY");
    uart.store(2, 1, 3);
    assertEquals("XY", read(2));
    assertEquals(0x60, uart.load(LSR, 1));
  }

  @Test
  void aBreakComesInOrderAndIsReportedOnce() {
    uart.store(2, 1, 1);
    uart.store(IER, 1, 5);
    type("a");
    uart.receiveBreak();
    type("b");
    assertEquals(0xe1, uart.load(LSR, 1), "an error further back in the FIFO");
    assertEquals("a", read(1));
    assertEquals(0xc6, uart.load(IIR, 1));
    assertEquals(0xf1, uart.load(LSR, 1));
    assertEquals(0x61, uart.load(LSR, 1));
    assertEquals("\0b", read(2));
  }

  @Test
  void theDivisorHidesBehindDlab() {
    uart.store(LCR, 1, 0x83);
    uart.store(0, 1, 0x34);
    uart.store(1, 1, 0x12);
    assertEquals(0x34, uart.load(0, 1));
    assertEquals(0x12, uart.load(1, 1));
    uart.store(LCR, 1, 0x03);
    assertEquals("", out.toString());
    assertEquals(0, uart.load(IER, 1));
    assertEquals(0x03, uart.load(LCR, 1));
  }

  @Test
  void loopbackReturnsWhatIsSentAndCutsTheLine() {
    uart.store(2, 1, 1);
    uart.store(MCR, 1, 0x10);
    type("typed");
    uart.store(0, 1, 'z');
    assertEquals("z", read(1));
    assertEquals("", out.toString());
    for (int i = 0; i < 17; i++) {
      uart.store(0, 1, 'a' + i);
    }
    assertEquals(0x63, uart.load(LSR, 1), "the seventeenth overran the FIFO");
    assertEquals("abcdefghijklmnop", read(16));
    uart.store(MCR, 1, 0);
    assertEquals("typed", read(5));
  }

  @Test
  void inLoopbackTheModemLinesAreThePortsOwn() {
    assertEquals(0xb0, uart.load(MSR, 1));
    uart.store(MCR, 1, 0x1a);
    assertEquals(0x90, uart.load(MSR, 1) & 0xf0, "the 8250 driver's probe");
    uart.store(MCR, 1, 0x10);
    uart.load(MSR, 1);
    uart.store(IER, 1, 8);
    uart.store(MCR, 1, 0x11);
    assertTrue(line.high());
    assertEquals(0x00, uart.load(IIR, 1));
    assertEquals(0x22, uart.load(MSR, 1));
    assertFalse(line.high());
    assertEquals(0x20, uart.load(MSR, 1));
  }

  @Test
  void theRingIndicatorReportsItsTrailingEdgeOnly() {
    uart.store(MCR, 1, 0x10);
    uart.load(MSR, 1);
    uart.store(MCR, 1, 0x14);
    assertEquals(0x40, uart.load(MSR, 1));
    uart.store(MCR, 1, 0x10);
    assertEquals(0x04, uart.load(MSR, 1));
  }

  @Test
  void identificationSaysThatTheFifosAreOn() {
    assertEquals(0x01, uart.load(IIR, 1));
    uart.store(2, 1, 0xc1);
    assertEquals(0xc1, uart.load(IIR, 1));
    uart.store(2, 1, 0xc0);
    assertEquals(0x01, uart.load(IIR, 1), "without bit 0 the rest means nothing");
    uart.store(7, 1, 0xa5);
    assertEquals(0xa5, uart.load(7, 1));
    uart.store(IER, 1, 0xff);
    assertEquals(0x0f, uart.load(IER, 1));
  }

  @Test
  void everyAccessIsAnswered() {
    AnyAccess.everywhere(uart, 0, Uart16550.SIZE);
  }

  @Test
  void aRestoredPortGoesOnInTheMiddleOfTyping() {
    uart.store(2, 1, 1);
    uart.store(IER, 1, 3);
    type("0123456789abcdef--");
    uart.receiveBreak();
    assertEquals("0", read(1));

    Line restoredLine = new Line();
    Uart16550 copy = uart(restoredLine);
    copy.restore(uart.save());
    assertTrue(restoredLine.high());
    for (char c : "123456789abcdef--".toCharArray()) {
      assertEquals(c, copy.load(0, 1));
    }
    assertEquals(0xf1, copy.load(LSR, 1));
    assertEquals(0, copy.load(0, 1));
    assertEquals(0x60, copy.load(LSR, 1));
  }

  @Test
  void anImpossibleStateIsRefused() {
    int[] none = {};
    refused(new Uart16550.State(0x10000, 0, 0, 0, 0, 0, 0, 0, false, none, none));
    refused(new Uart16550.State(0, 0x10, 0, 0, 0, 0, 0, 0, false, none, none));
    refused(new Uart16550.State(0, 0, 0x40, 0, 0, 0, 0, 0, false, none, none));
    refused(new Uart16550.State(0, 0, 0, -1, 0, 0, 0, 0, false, none, none));
    refused(new Uart16550.State(0, 0, 0, 0, 0x20, 0, 0, 0, false, none, none));
    refused(new Uart16550.State(0, 0, 0, 0, 0, 256, 0, 0, false, none, none));
    refused(new Uart16550.State(0, 0, 0, 0, 0, 0, 1, 0, false, none, none));
    refused(new Uart16550.State(0, 0, 0, 0, 0, 0, 0, 0x10, false, none, none));
    refused(new Uart16550.State(0, 0, 0, 0, 0, 0, 0, 0, false, new int[2], none));
    refused(new Uart16550.State(0, 0, 1, 0, 0, 0, 0, 0, false, new int[17], none));
    refused(new Uart16550.State(0, 0, 1, 0, 0, 0, 0, 0, false, new int[16], new int[4097]));
    refused(new Uart16550.State(0, 0, 1, 0, 0, 0, 0, 0, false, new int[3], new int[1]));
    refused(new Uart16550.State(0, 0, 1, 0, 0, 0, 0, 0, false, new int[] {512}, none));
    assertThrows(InvalidStateException.class, () -> uart.restore(new Syscon.State()));
  }

  private void refused(Uart16550.State state) {
    assertThrows(InvalidStateException.class, () -> uart.restore(state));
  }
}
