/* What the parts of the user program share. */
#ifndef TINY_USER_H
#define TINY_USER_H

#include "../common/abi.h"

/* ---- lib.c ---- */
int64_t sys(int number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3);
__attribute__((format(printf, 1, 2))) void printf(const char *pattern, ...);
void write_all(const char *bytes, size_t count);
uint64_t time_now(void);
uint64_t timebase(void);
void sleep_until(uint64_t time);
uint64_t ms_to_ticks(uint64_t ms);
/* A number, decimal or 0x hexadecimal; `otherwise` if the argument is missing. A malformed one is
 * reported and makes *ok false. */
uint64_t number(int argc, char **argv, int index, uint64_t otherwise, bool *ok);
int64_t spawn(void (*function)(char *text), const char *text);
const char *error_name(int64_t error);
/* Finds NAME=VALUE in the boot arguments; copies the value up to a space (or, if `rest`, to the
 * end). A value in double quotes ends at the closing one. */
bool boot_argument(const char *name, char *to, size_t room, bool rest);

/* A checksum that depends on order: FNV-1a over 64-bit words. */
#define SUM_START 0xcbf29ce484222325ul
static inline uint64_t sum_word(uint64_t sum, uint64_t word) {
  return (sum ^ word) * 0x100000001b3ul;
}
static inline uint64_t xorshift(uint64_t *state) {
  uint64_t x = *state;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return *state = x;
}

/* ---- the page that all tasks share ---- */
struct shared {
  volatile uint64_t race_plain, race_atomic;
  volatile uint32_t own_ip; /* addresses in host order */
  volatile uint32_t known_ip;
  uint8_t known_mac[6]; /* valid for known_ip */
  volatile uint32_t echo_seen; /* sequence number of the last echo reply */
  volatile uint64_t arps, pings, echoes, bytes;
};
#define SHARED ((struct shared *)USER_SHARED)

/* ---- sh.c ---- */
struct command {
  const char *name, *arguments, *help;
  void (*run)(int argc, char **argv);
};
extern const struct command commands[]; /* commands.c; ends with a NULL name */
void run_line(char *line);

/* ---- edit.c: reads a line with editing; the result has no newline ---- */
#define LINE_MAX 240
void read_line(const char *prompt, char *line);

/* ---- commands, by file ---- */
#define COMMAND(name) void name(int argc, char **argv)
COMMAND(cmd_help);
/* basic.c */
COMMAND(cmd_echo);
COMMAND(cmd_date);
COMMAND(cmd_uptime);
COMMAND(cmd_count);
COMMAND(cmd_sleep);
COMMAND(cmd_rand);
/* tasks.c */
COMMAND(cmd_ps);
COMMAND(cmd_kill);
COMMAND(cmd_wait);
COMMAND(cmd_harts);
COMMAND(cmd_race);
COMMAND(cmd_calls);
COMMAND(cmd_fault);
COMMAND(cmd_poweroff);
COMMAND(cmd_reboot);
COMMAND(cmd_panic);
/* work.c */
COMMAND(cmd_work);
COMMAND(cmd_flops);
/* memory.c */
COMMAND(cmd_fill);
COMMAND(cmd_mem);
COMMAND(cmd_dirty);
COMMAND(cmd_free);
/* disk.c */
COMMAND(cmd_disk);
/* net.c */
COMMAND(cmd_net);
COMMAND(cmd_ping);
void net_daemon(char *text);
#endif
