/* What kernel and user programs agree on: system call numbers, the user address space, and the
 * records that calls fill in. Included from assembly too, hence the guards. */
#ifndef TINY_ABI_H
#define TINY_ABI_H

#define TINY_VERSION "1.0"

/* Calling convention: number in a7, arguments in a0-a3, result in a0 (negative: an error). */
#define SYS_EXIT 0       /* () */
#define SYS_WRITE 1      /* (buffer, length): bytes to the console */
#define SYS_READ 2       /* (buffer, length): waits for at least one typed byte */
#define SYS_YIELD 3      /* () */
#define SYS_SLEEP 4      /* (time): waits until the time CSR has reached it */
#define SYS_SPAWN 5      /* (function, text): a new task; the text is copied. Returns its id */
#define SYS_KILL 6       /* (task id) */
#define SYS_WAIT 7       /* (task id): until that task is gone */
#define SYS_HEAP 8       /* (bytes): size of the heap; pages come when touched, 0 gives all back */
#define SYS_SYSINFO 9    /* (struct sysinfo *) */
#define SYS_TASKS 10     /* (struct taskinfo *, records). Returns the number filled in */
#define SYS_HARTS 11     /* (struct hartinfo *, records). Returns the number filled in */
#define SYS_BOOTARGS 12  /* (buffer, length) */
#define SYS_RTC 13       /* (): nanoseconds since 1970 from the goldfish clock, or an error */
#define SYS_RESET 14     /* (RESET_x) */
#define SYS_INTERRUPT 15 /* (function): where this task goes on Ctrl-C; it owns the keyboard */
#define SYS_DISK 16      /* (DISK_x, sector, buffer, sectors <= DISK_MAX_SECTORS) */
#define SYS_RANDOM 17    /* (buffer, length <= RANDOM_MAX). Returns the number of bytes */
#define SYS_NET_SEND 18  /* (frame, length) */
#define SYS_NET_RECV 19  /* (buffer, length): waits for a frame. Returns its length */
#define SYS_COUNT 20

#define ERR_INVALID (-1)   /* bad number, argument or address */
#define ERR_NO_DEVICE (-2) /* the machine has no such device */
#define ERR_IO (-3)        /* the device answered with an error */
#define ERR_NO_MEMORY (-4)
#define ERR_READ_ONLY (-5)

#define RESET_POWER_OFF 0
#define RESET_REBOOT 1
#define RESET_PANIC 2

#define DISK_READ 0
#define DISK_WRITE 1
#define DISK_FLUSH 2
#define DISK_MAX_SECTORS 8
#define SECTOR 512

#define RANDOM_MAX 64
#define FRAME_MAX 1514
#define SPAWN_TEXT_MAX 256
#define BOOTARGS_MAX 1024

#define MAX_TASKS 16
#define MAX_HARTS 8

/* User half of the Sv39 address space. */
#define USER_TEXT 0x10000ul     /* the program, at its link address */
#define USER_SHARED 0x20000000ul /* one page that all tasks share */
#define USER_HEAP 0x40000000ul  /* grows up, on demand */
#define USER_HEAP_MAX 0x2000000000ul
#define USER_STACK_TOP 0x3ffffff000ul
#define USER_STACK_SIZE 0x10000ul /* on demand */

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sysinfo {
  uint64_t timebase;      /* ticks of the time CSR a second */
  uint64_t memory_kib;    /* RAM of the machine */
  uint64_t free_kib;      /* not handed out */
  uint64_t ticks;         /* timer interrupts taken */
  uint64_t switches;      /* changes from one task to another */
  uint64_t interrupts;    /* external interrupts taken */
  uint64_t faults;        /* page faults that gave a task a page */
  uint64_t calls;         /* system calls */
  uint64_t disk_sectors;  /* 0: no disk */
  uint64_t frames_in, frames_out, frames_dropped;
  uint8_t mac[6];
  uint8_t disk_read_only, has_net, has_random, has_rtc;
  uint8_t uses_sstc, uses_dbcn, harts_online;
};

struct taskinfo {
  uint32_t id, state, hart;
  uint32_t pages; /* private pages held */
  uint64_t ticks; /* timer interrupts taken while it ran */
  char name[16];
};

struct hartinfo {
  uint64_t id, ticks, interrupts, ipis, switches;
  uint32_t running; /* id of the task on it, 0 when idle */
  uint32_t boot;
};

/* common/string.c */
void *memset(void *to, int byte, size_t count);
void *memcpy(void *restrict to, const void *restrict from, size_t count);
int memcmp(const void *a, const void *b, size_t count);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t limit);
const char *strstr(const char *text, const char *word);

/* common/format.c: %s %c %d %u %x %% with '-', '0', width and 'l'. */
void format(void (*put)(char c, void *to), void *to, const char *pattern, __builtin_va_list args);
#endif
#endif
