// What `bench/run migration` has a Linux guest do, besides what busybox can: a program without a
// library, started from the shell.
//
//   work count              prints a number a line, one a millisecond
//   work pages MIB RATE     writes 64 bytes somewhere in a random page of MIB, RATE times a second
//   work sink PORT          takes UDP datagrams and forgets them
//
// Written for this benchmark; system calls and their numbers are Linux's for riscv64.

typedef unsigned long u64;
typedef long i64;

enum {
  SYS_WRITE = 64,
  SYS_EXIT = 93,
  SYS_CLOCK_NANOSLEEP = 115,
  SYS_SOCKET = 198,
  SYS_BIND = 200,
  SYS_RECVFROM = 207,
  SYS_MMAP = 222,
};

enum { CLOCK_MONOTONIC = 1, PAGE = 4096, LINE = 64, TICKS_A_SECOND = 100 };

struct timespec {
  i64 seconds;
  i64 nanos;
};

static i64 call(i64 number, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f) {
  register i64 a0 __asm__("a0") = a;
  register i64 a1 __asm__("a1") = b;
  register i64 a2 __asm__("a2") = c;
  register i64 a3 __asm__("a3") = d;
  register i64 a4 __asm__("a4") = e;
  register i64 a5 __asm__("a5") = f;
  register i64 a7 __asm__("a7") = number;
  __asm__ volatile("ecall"
                   : "+r"(a0)
                   : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7)
                   : "memory");
  return a0;
}

static void leave(int code) {
  call(SYS_EXIT, code, 0, 0, 0, 0, 0);
  for (;;) {
  }
}

static void sleep_nanos(i64 nanos) {
  struct timespec time = {nanos / 1000000000, nanos % 1000000000};
  call(SYS_CLOCK_NANOSLEEP, CLOCK_MONOTONIC, 0, (i64)&time, 0, 0, 0);
}

static u64 number(const char *text) {
  u64 value = 0;
  for (; *text >= '0' && *text <= '9'; text++) {
    value = 10 * value + (u64)(*text - '0');
  }
  return value;
}

static void count(void) {
  char line[24];
  for (u64 n = 1;; n++) {
    char *at = line + sizeof line;
    *--at = '\n';
    for (u64 rest = n; rest > 0; rest /= 10) {
      *--at = (char)('0' + rest % 10);
    }
    call(SYS_WRITE, 1, (i64)at, line + sizeof line - at, 0, 0, 0);
    sleep_nanos(1000000);
  }
}

static u64 state = 88172645463325252;

// Marsaglia's xorshift64: the same pages in every run.
static u64 next(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static void pages(u64 mib, u64 rate) {
  u64 bytes = mib << 20;
  i64 memory = call(SYS_MMAP, 0, (i64)bytes, 3 /* read, write */, 0x22 /* private, of no file */, -1, 0);
  if (memory < 0 || bytes == 0) {
    leave(1);
  }
  for (;;) {
    for (u64 i = 0; i < rate / TICKS_A_SECOND; i++) {
      u64 at = next() % (bytes / PAGE) * PAGE + next() % (PAGE / LINE) * LINE;
      for (u64 word = 0; word < LINE / 8; word++) {
        ((volatile u64 *)(memory + (i64)at))[word] = next();
      }
    }
    sleep_nanos(1000000000 / TICKS_A_SECOND);
  }
}

static void sink(u64 port) {
  struct {
    unsigned short family, port;
    unsigned address, zero[2];
  } any = {2, (unsigned short)((port & 255) << 8 | port >> 8), 0, {0, 0}};
  i64 socket = call(SYS_SOCKET, 2, 2 /* datagrams */, 0, 0, 0, 0);
  if (socket < 0 || call(SYS_BIND, socket, (i64)&any, sizeof any, 0, 0, 0) < 0) {
    leave(1);
  }
  static char datagram[2048];
  for (;;) {
    call(SYS_RECVFROM, socket, (i64)datagram, sizeof datagram, 0, 0, 0);
  }
}

// The stack is as the kernel has left it: the number of arguments, then pointers to them.
__attribute__((used)) static void begin(u64 *stack) {
  u64 arguments = stack[0];
  char **argument = (char **)(stack + 1);
  switch (arguments > 1 ? argument[1][0] : 0) {
    case 'c':
      count();
      break;
    case 'p':
      if (arguments == 4) {
        pages(number(argument[2]), number(argument[3]));
      }
      break;
    case 's':
      if (arguments == 3) {
        sink(number(argument[2]));
      }
      break;
    default:
      break;
  }
  leave(2);
}

__asm__(".globl _start\n_start:\n  mv a0, sp\n  andi sp, sp, -16\n  call begin\n");
