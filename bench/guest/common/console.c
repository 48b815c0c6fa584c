#include "kernel.h"

#define UART ((volatile uint8_t *)0x10000000ul)
#define LINE_STATUS 5
#define TRANSMITTER_EMPTY 0x20
#define SYSCON ((volatile uint32_t *)0x100000ul)

void put(char c) {
  while (!(UART[LINE_STATUS] & TRANSMITTER_EMPTY)) {
  }
  UART[0] = (uint8_t)c;
}

void print(const char *text) {
  while (*text) put(*text++);
}

void print_number(uint64_t value) {
  if (value >= 10) print_number(value / 10);
  put((char)('0' + value % 10));
}

void print_hex(uint64_t value) {
  for (int shift = 60; shift >= 0; shift -= 4) put("0123456789abcdef"[value >> shift & 15]);
}

void power_off(int code) {
  *SYSCON = code ? (uint32_t)code << 16 | 0x3333 : 0x5555;
  for (;;) {
  }
}
