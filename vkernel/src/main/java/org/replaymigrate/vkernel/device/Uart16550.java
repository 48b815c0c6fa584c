package org.replaymigrate.vkernel.device;

import static org.replaymigrate.vkernel.state.InvalidStateException.require;

import org.replaymigrate.vkernel.port.Outputs;
import org.replaymigrate.vkernel.state.DeviceState;
import org.replaymigrate.vkernel.state.InvalidStateException;

/**
 * Serial port, {@code ns16550a}, with FIFOs of 16 bytes. Registers are bytes; an access of any size
 * reaches the one register at its offset.
 *
 * <pre>
 *   0  RBR (load), THR (store); with LCR.DLAB: divisor, low
 *   1  IER;                     with LCR.DLAB: divisor, high
 *   2  IIR (load), FCR (store)
 *   3  LCR
 *   4  MCR
 *   5  LSR, read-only
 *   6  MSR, read-only
 *   7  SCR
 * </pre>
 *
 * The line is infinitely fast: a byte stored to THR has left before the next instruction, so THR is
 * always empty, and what is received waits in a backlog until the receiver FIFO has room: nothing
 * is lost while {@link #room} is respected. The receiver's character timeout passes at once.
 */
public final class Uart16550 implements MmioDevice {
  /** Bytes of the window. */
  public static final long SIZE = 0x100;

  /** Typed bytes that wait behind the FIFO; bounds what a host may push at a guest that sleeps. */
  public static final int BACKLOG = 4096;

  private static final int FIFO = 16;
  private static final int[] TRIGGER = {1, 4, 8, 14};

  private static final int IER_RECEIVED = 1;
  private static final int IER_THR_EMPTY = 2;
  private static final int IER_LINE_STATUS = 4;
  private static final int IER_MODEM_STATUS = 8;

  private static final int IIR_MODEM_STATUS = 0x0;
  private static final int IIR_NONE = 0x1;
  private static final int IIR_THR_EMPTY = 0x2;
  private static final int IIR_RECEIVED = 0x4;
  private static final int IIR_LINE_STATUS = 0x6;
  private static final int IIR_TIMEOUT = 0xc;
  private static final int IIR_FIFOS = 0xc0;

  private static final int FCR_ENABLE = 1;
  private static final int FCR_CLEAR_RECEIVER = 2;

  private static final int LCR_DLAB = 0x80;

  private static final int MCR_DTR = 1;
  private static final int MCR_RTS = 2;
  private static final int MCR_OUT1 = 4;
  private static final int MCR_OUT2 = 8;
  private static final int MCR_LOOPBACK = 0x10;

  private static final int LSR_DATA_READY = 1;
  private static final int LSR_OVERRUN = 2;
  private static final int LSR_BREAK = 0x10;
  private static final int LSR_THR_EMPTY = 0x20;
  private static final int LSR_IDLE = 0x40;
  private static final int LSR_FIFO_ERROR = 0x80;

  private static final int MSR_CTS = 0x10;
  private static final int MSR_DSR = 0x20;
  private static final int MSR_RI = 0x40;
  private static final int MSR_DCD = 0x80;
  private static final int MSR_TRAILING_RI = 4;

  /** Set on an element of a queue that is a break and not a byte. */
  private static final int BREAK = 0x100;

  private final InterruptLine interrupt;
  private final Outputs outputs;

  private final ByteQueue fifo = new ByteQueue(FIFO);
  private final ByteQueue backlog = new ByteQueue(BACKLOG);
  private int divisor;
  private int ier;
  private int fcr;
  private int lcr;
  private int mcr;
  private int scr;
  private int lineErrors;
  private int modemLines = MSR_CTS | MSR_DSR | MSR_DCD;
  private int modemDeltas;
  private boolean thrInterrupt;

  /**
   * All state. Registers are as the guest stored them.
   *
   * @param divisor 16 bits
   * @param ier lower 4 bits
   * @param fcr 0 without FIFOs, else bit 0 and the trigger in bits 6 and 7
   * @param lcr 8 bits
   * @param mcr lower 5 bits
   * @param scr 8 bits
   * @param lineErrors overrun and break, as in LSR, since it was read last
   * @param modemDeltas lower 4 bits of MSR
   * @param thrInterrupt whether the THR-empty interrupt is pending
   * @param fifo what the receiver FIFO holds: a byte, or 256 for a break
   * @param backlog what waits behind it, likewise
   */
  public record State(
      int divisor,
      int ier,
      int fcr,
      int lcr,
      int mcr,
      int scr,
      int lineErrors,
      int modemDeltas,
      boolean thrInterrupt,
      int[] fifo,
      int[] backlog)
      implements DeviceState {}

  /**
   * @param outputs gets the bytes, as console 0
   */
  public Uart16550(InterruptLine interrupt, Outputs outputs) {
    this.interrupt = interrupt;
    this.outputs = outputs;
  }

  /** How many bytes {@link #receive} takes now, 0..4096. */
  public int room() {
    return backlog.room();
  }

  /**
   * Bytes have come in.
   *
   * @param bytes at most {@link #room()}
   */
  public void receive(byte[] bytes) {
    if (bytes.length > room()) {
      throw new IllegalArgumentException(bytes.length + " bytes typed, room for " + room());
    }
    for (byte b : bytes) {
      backlog.add(b & 0xff);
    }
    refill();
  }

  /** A break has come in; lost if there is no {@link #room()}. */
  public void receiveBreak() {
    if (room() > 0) {
      backlog.add(BREAK);
      refill();
    }
  }

  @Override
  public long load(long offset, int size) {
    return switch ((int) offset) {
      case 0 -> dlab() ? divisor & 0xff : receiverBuffer();
      case 1 -> dlab() ? divisor >>> 8 : ier;
      case 2 -> interruptIdentification();
      case 3 -> lcr;
      case 4 -> mcr;
      case 5 -> lineStatus();
      case 6 -> modemStatus();
      case 7 -> scr;
      default -> 0;
    };
  }

  @Override
  public void store(long offset, int size, long value) {
    int b = (int) value & 0xff;
    switch ((int) offset) {
      case 0 -> {
        if (dlab()) {
          divisor = (divisor & 0xff00) | b;
        } else {
          transmit(b);
        }
      }
      case 1 -> {
        if (dlab()) {
          divisor = (divisor & 0xff) | b << 8;
        } else {
          // THR is empty, so asking to be told is answered at once.
          thrInterrupt |= (b & ~ier & IER_THR_EMPTY) != 0;
          ier = b & 0x0f;
        }
      }
      case 2 -> fifoControl(b);
      case 3 -> lcr = b;
      case 4 -> modemControl(b & 0x1f);
      case 7 -> scr = b;
      default -> {}
    }
    update();
  }

  private boolean dlab() {
    return (lcr & LCR_DLAB) != 0;
  }

  private boolean fifos() {
    return (fcr & FCR_ENABLE) != 0;
  }

  private boolean loopback() {
    return (mcr & MCR_LOOPBACK) != 0;
  }

  private int capacity() {
    return fifos() ? FIFO : 1;
  }

  private void transmit(int b) {
    if (!loopback()) {
      outputs.console(0, b);
    } else if (fifo.size() < capacity()) {
      fifo.add(b);
    } else {
      lineErrors |= LSR_OVERRUN;
    }
    thrInterrupt = true;
  }

  private int receiverBuffer() {
    if (fifo.size() == 0) {
      return 0;
    }
    int b = fifo.remove() & 0xff;
    refill();
    return b;
  }

  private void fifoControl(int b) {
    boolean switched = ((b ^ fcr) & FCR_ENABLE) != 0;
    if (switched || (b & FCR_CLEAR_RECEIVER) != 0) {
      fifo.clear();
      lineErrors &= ~LSR_BREAK;
    }
    fcr = (b & FCR_ENABLE) != 0 ? b & 0xc1 : 0;
    refill();
  }

  private void modemControl(int b) {
    mcr = b;
    int before = modemLines;
    modemLines = modemLines();
    int changed = before ^ modemLines;
    modemDeltas |= (changed & (MSR_CTS | MSR_DSR | MSR_DCD)) >>> 4;
    if ((changed & before & MSR_RI) != 0) {
      modemDeltas |= MSR_TRAILING_RI;
    }
    refill();
  }

  /** A modem that is always there, or in loopback the port's own outputs. */
  private int modemLines() {
    if (!loopback()) {
      return MSR_CTS | MSR_DSR | MSR_DCD;
    }
    return ((mcr & MCR_RTS) != 0 ? MSR_CTS : 0)
        | ((mcr & MCR_DTR) != 0 ? MSR_DSR : 0)
        | ((mcr & MCR_OUT1) != 0 ? MSR_RI : 0)
        | ((mcr & MCR_OUT2) != 0 ? MSR_DCD : 0);
  }

  /** Moves bytes from the line into the FIFO; loopback cuts the line. */
  private void refill() {
    while (!loopback() && backlog.size() > 0 && fifo.size() < capacity()) {
      fifo.add(backlog.remove());
    }
    // A break is reported when it has come to the top of the FIFO, and once.
    if (fifo.size() > 0 && (fifo.first() & BREAK) != 0) {
      fifo.setFirst(0);
      lineErrors |= LSR_BREAK;
    }
    update();
  }

  private int lineStatus() {
    int value = LSR_THR_EMPTY | LSR_IDLE | lineErrors;
    if (fifo.size() > 0) {
      value |= LSR_DATA_READY;
    }
    if (fifos()) {
      boolean error = (lineErrors & LSR_BREAK) != 0;
      for (int i = 0; i < fifo.size(); i++) {
        error |= (fifo.get(i) & BREAK) != 0;
      }
      value |= error ? LSR_FIFO_ERROR : 0;
    }
    lineErrors = 0;
    update();
    return value;
  }

  private int modemStatus() {
    int value = modemLines | modemDeltas;
    modemDeltas = 0;
    update();
    return value;
  }

  /** The most urgent interrupt that is pending and enabled. */
  private int pending() {
    if ((ier & IER_LINE_STATUS) != 0 && lineErrors != 0) {
      return IIR_LINE_STATUS;
    }
    if ((ier & IER_RECEIVED) != 0 && fifo.size() > 0) {
      return fifos() && fifo.size() < TRIGGER[fcr >>> 6] ? IIR_TIMEOUT : IIR_RECEIVED;
    }
    if ((ier & IER_THR_EMPTY) != 0 && thrInterrupt) {
      return IIR_THR_EMPTY;
    }
    return (ier & IER_MODEM_STATUS) != 0 && modemDeltas != 0 ? IIR_MODEM_STATUS : IIR_NONE;
  }

  private int interruptIdentification() {
    int pending = pending();
    if (pending == IIR_THR_EMPTY) {
      thrInterrupt = false;
      update();
    }
    return pending | (fifos() ? IIR_FIFOS : 0);
  }

  private void update() {
    interrupt.set(pending() != IIR_NONE);
  }

  @Override
  public DeviceState save() {
    return new State(
        divisor,
        ier,
        fcr,
        lcr,
        mcr,
        scr,
        lineErrors,
        modemDeltas,
        thrInterrupt,
        fifo.save(),
        backlog.save());
  }

  @Override
  public void restore(DeviceState state) {
    if (!(state instanceof State s)) {
      throw new InvalidStateException("UART: state of another device");
    }
    within("divisor", s.divisor, 0xffff);
    within("IER", s.ier, 0x0f);
    within("FCR", s.fcr, 0xc1);
    require(s.fcr == 0 || (s.fcr & FCR_ENABLE) != 0, "UART: FCR " + s.fcr);
    within("LCR", s.lcr, 0xff);
    within("MCR", s.mcr, 0x1f);
    within("SCR", s.scr, 0xff);
    within("line errors", s.lineErrors, LSR_BREAK | LSR_OVERRUN);
    within("modem deltas", s.modemDeltas, 0x0f);
    require(
        s.fifo.length <= ((s.fcr & FCR_ENABLE) != 0 ? FIFO : 1),
        "UART: " + s.fifo.length + " bytes in the FIFO");
    require(backlogIsBehindFifo(s), "UART: a backlog behind a FIFO that has room");
    fifo.restore(s.fifo, "UART FIFO");
    backlog.restore(s.backlog, "UART backlog");
    divisor = s.divisor;
    ier = s.ier;
    fcr = s.fcr;
    lcr = s.lcr;
    mcr = s.mcr;
    scr = s.scr;
    lineErrors = s.lineErrors;
    modemDeltas = s.modemDeltas;
    thrInterrupt = s.thrInterrupt;
    modemLines = modemLines();
    refill();
  }

  private static boolean backlogIsBehindFifo(State s) {
    int capacity = (s.fcr & FCR_ENABLE) != 0 ? FIFO : 1;
    return s.backlog.length == 0 || s.fifo.length == capacity || (s.mcr & MCR_LOOPBACK) != 0;
  }

  private static void within(String name, int value, int bits) {
    require((value & ~bits) == 0, "UART: " + name + " " + value);
  }
}
