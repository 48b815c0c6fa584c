/* The console: a 16550A UART with interrupts both ways, and the kernel's own messages.
 *
 * Received bytes wait in a ring; when it is full the receive interrupt is switched off, so that the
 * sender waits and nothing is lost. Sent bytes wait in another ring that the transmit interrupt
 * drains by FIFO loads.
 */
#include <stdarg.h>

#include "kernel.h"

#define RBR 0 /* read: received byte; write: byte to send */
#define IER 1
#define FCR 2 /* write; read: interrupt identification */
#define LCR 3
#define MCR 4
#define LSR 5
#define IER_RECEIVE 1
#define IER_SEND 2
#define LSR_READY 0x01
#define LSR_BREAK 0x10
#define LSR_SEND_EMPTY 0x20
#define FIFO 16
#define CTRL_C 3

#define RING 4096u
struct ring { uint32_t head, tail; char bytes[RING]; };

static volatile uint8_t *uart;
static uint8_t enabled;
static struct ring in, out;
struct task *keyboard_owner;
const char console_input, console_output;

static uint32_t used(const struct ring *r) { return r->head - r->tail; }

static void set_enabled(uint8_t bits) {
  if (bits != enabled) uart[IER] = enabled = bits;
}

/* Loads the transmit FIFO if it has run empty. */
static void send_some(void) {
  if (used(&out) != 0 && (uart[LSR] & LSR_SEND_EMPTY)) {
    for (int i = 0; i < FIFO && used(&out) != 0; i++) uart[RBR] = out.bytes[out.tail++ % RING];
  }
  set_enabled(used(&out) != 0 ? enabled | IER_SEND : enabled & ~IER_SEND);
}

static void receive(void) {
  uint8_t status;
  while (used(&in) < RING && ((status = uart[LSR]) & (LSR_READY | LSR_BREAK))) {
    char c = (char)uart[RBR];
    if (status & LSR_BREAK) power(RESET_POWER_OFF, "\nguest: break received, powering off");
    if (c == CTRL_C && keyboard_owner != NULL) {
      in.tail = in.head; /* what was typed ahead is void */
      task_interrupt(keyboard_owner);
    } else {
      in.bytes[in.head++ % RING] = c;
    }
  }
  if (used(&in) == RING) set_enabled(enabled & ~IER_RECEIVE);
}

void console_interrupt(void) {
  receive();
  send_some();
  if (used(&in) != 0) task_wake(&console_input);
  if (used(&out) < RING / 2) task_wake(&console_output);
}

static void uart_interrupt(void *unused) {
  (void)unused;
  console_interrupt();
}

void console_init(void) {
  if (machine.uart.base == 0) panic("no UART");
  uart = to_virtual(machine.uart.base);
  uart[IER] = 0;
  uart[LCR] = 3;  /* 8 bits, no parity, 1 stop bit; the speed is as the firmware left it */
  uart[FCR] = 7;  /* FIFOs on and empty */
  uart[MCR] = 0xb; /* DTR, RTS, OUT2 */
  plic_enable(machine.uart.irq, uart_interrupt, NULL);
  set_enabled(IER_RECEIVE);
}

size_t console_write(const char *bytes, size_t count) {
  size_t n = 0;
  for (; n < count && used(&out) + 2 <= RING; n++) {
    if (bytes[n] == '\n') out.bytes[out.head++ % RING] = '\r';
    out.bytes[out.head++ % RING] = bytes[n];
  }
  send_some();
  return n;
}

size_t console_read(char *bytes, size_t count) {
  size_t n = 0;
  while (n < count && used(&in) != 0) bytes[n++] = in.bytes[in.tail++ % RING];
  if (used(&in) < RING / 2) set_enabled(enabled | IER_RECEIVE);
  return n;
}

/* Sends all that waits, by polling. */
void console_flush(void) {
  while (uart != NULL && used(&out) != 0) send_some();
  while (uart != NULL && (uart[LSR] & 0x40) == 0) continue; /* the transmitter, too, is empty */
}

static void put_kernel(char c, void *unused) {
  (void)unused;
  if (uart == NULL) {
    if (c == '\n') sbi_putchar('\r');
    sbi_putchar(c);
    return;
  }
  if (used(&out) + 2 > RING) console_flush();
  console_write(&c, 1);
}

void printk(const char *pattern, ...) {
  va_list args;
  va_start(args, pattern);
  format(put_kernel, NULL, pattern, args);
  va_end(args);
}

void panic(const char *pattern, ...) {
  va_list args;
  va_start(args, pattern);
  printk("\nguest: panic: ");
  format(put_kernel, NULL, pattern, args);
  va_end(args);
  printk("\n");
  console_flush();
  sbi_reset(RESET_PANIC);
}
