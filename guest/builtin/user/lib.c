/* System calls and the little else that commands need. */
#include "user.h"

#include <stdarg.h>

int64_t sys(int number, uint64_t arg0, uint64_t arg1, uint64_t arg2, uint64_t arg3) {
  register uint64_t a0 asm("a0") = arg0;
  register uint64_t a1 asm("a1") = arg1;
  register uint64_t a2 asm("a2") = arg2;
  register uint64_t a3 asm("a3") = arg3;
  register uint64_t a7 asm("a7") = (uint64_t)number;
  asm volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a7) : "memory");
  return (int64_t)a0;
}

void write_all(const char *bytes, size_t count) {
  while (count > 0) {
    int64_t n = sys(SYS_WRITE, (uint64_t)bytes, count, 0, 0);
    if (n < 0) return;
    bytes += n;
    count -= (size_t)n;
  }
}

struct buffer { char bytes[256]; size_t count; };

static void put(char c, void *to) {
  struct buffer *b = to;
  if (b->count == sizeof b->bytes) {
    write_all(b->bytes, b->count);
    b->count = 0;
  }
  b->bytes[b->count++] = c;
}

void printf(const char *pattern, ...) {
  struct buffer b;
  b.count = 0;
  va_list args;
  va_start(args, pattern);
  format(put, &b, pattern, args);
  va_end(args);
  write_all(b.bytes, b.count);
}

uint64_t time_now(void) {
  uint64_t time;
  asm volatile("rdtime %0" : "=r"(time));
  return time;
}

uint64_t timebase(void) {
  static uint64_t known;
  if (known == 0) {
    struct sysinfo info;
    sys(SYS_SYSINFO, (uint64_t)&info, 0, 0, 0);
    known = info.timebase;
  }
  return known;
}

uint64_t ms_to_ticks(uint64_t ms) { return ms * timebase() / 1000; }

void sleep_until(uint64_t time) { sys(SYS_SLEEP, time, 0, 0, 0); }

static int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return 99;
}

uint64_t number(int argc, char **argv, int index, uint64_t otherwise, bool *ok) {
  if (index >= argc) return otherwise;
  const char *s = argv[index];
  int base = 10;
  if (s[0] == '0' && s[1] == 'x') {
    base = 16;
    s += 2;
  }
  uint64_t value = 0;
  bool good = *s != 0;
  for (; good && *s != 0; s++) {
    good = digit(*s) < base;
    value = value * (uint64_t)base + (uint64_t)digit(*s);
  }
  if (!good) {
    printf("%s: '%s' is not a number\n", argv[0], argv[index]);
    *ok = false;
  }
  return value;
}

int64_t spawn(void (*function)(char *text), const char *text) {
  return sys(SYS_SPAWN, (uint64_t)function, (uint64_t)text, 0, 0);
}

const char *error_name(int64_t error) {
  switch (error) {
    case ERR_NO_DEVICE: return "no such device";
    case ERR_IO: return "the device reports an error";
    case ERR_NO_MEMORY: return "not enough memory";
    case ERR_READ_ONLY: return "read-only";
    default: return "invalid argument";
  }
}

bool boot_argument(const char *name, char *to, size_t room, bool rest) {
  static char all[BOOTARGS_MAX];
  if (all[0] == 0 && sys(SYS_BOOTARGS, (uint64_t)all, sizeof all, 0, 0) < 0) return false;
  size_t length = strlen(name);
  for (const char *p = all; *p != 0; p++) {
    if (p != all && p[-1] != ' ') continue;
    if (strncmp(p, name, length) != 0 || p[length] != '=') continue;
    p += length + 1;
    char end = ' ';
    if (*p == '"') {
      end = *p++;
    } else if (rest) {
      end = 0;
    }
    size_t n = 0;
    while (n + 1 < room && *p != 0 && *p != end) to[n++] = *p++;
    to[n] = 0;
    return true;
  }
  return false;
}
