/* Commands around time, text and chance. */
#include "user.h"

void cmd_echo(int argc, char **argv) {
  for (int i = 1; i < argc; i++) printf(i + 1 < argc ? "%s " : "%s", argv[i]);
  printf("\n");
}

/* Days since 1970-01-01 to a Gregorian date; years are counted from March, so that the leap day is
 * the last of its year. */
static void civil(uint64_t days, unsigned *year, unsigned *month, unsigned *day) {
  days += 719468; /* from 0000-03-01 */
  unsigned era = (unsigned)(days / 146097), of_era = (unsigned)(days % 146097);
  unsigned y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  unsigned of_year = of_era - (365 * y + y / 4 - y / 100);
  unsigned m = (5 * of_year + 2) / 153;
  *day = of_year - (153 * m + 2) / 5 + 1;
  *month = m < 10 ? m + 3 : m - 9;
  *year = era * 400 + y + (*month <= 2 ? 1 : 0);
}

void cmd_date(int argc, char **argv) {
  (void)argc, (void)argv;
  int64_t now = sys(SYS_RTC, 0, 0, 0, 0);
  if (now < 0) {
    printf("date: %s\n", error_name(now));
    return;
  }
  uint64_t ms = (uint64_t)now / 1000000, s = ms / 1000;
  unsigned year, month, day;
  civil(s / 86400, &year, &month, &day);
  printf("%u-%02u-%02u %02lu:%02lu:%02lu.%03lu UTC\n", year, month, day, s / 3600 % 24, s / 60 % 60,
         s % 60, ms % 1000);
}

void cmd_uptime(int argc, char **argv) {
  (void)argc, (void)argv;
  struct sysinfo i;
  sys(SYS_SYSINFO, (uint64_t)&i, 0, 0, 0);
  uint64_t ms = time_now() / (i.timebase / 1000);
  printf("up %lu.%03lu s, %u harts, timer %s, ", ms / 1000, ms % 1000, i.harts_online,
         i.uses_sstc ? "sstc" : "sbi");
  printf("%lu ticks, %lu switches, %lu interrupts, %lu page faults, %lu calls\n", i.ticks,
         i.switches, i.interrupts, i.faults, i.calls);
}

void cmd_count(int argc, char **argv) {
  bool ok = true;
  uint64_t n = number(argc, argv, 1, 10, &ok), ms = number(argc, argv, 2, 100, &ok);
  if (!ok) return;
  uint64_t step = ms_to_ticks(ms), next = time_now();
  for (uint64_t i = 1; n == 0 || i <= n; i++) {
    printf("%lu\n", i);
    next += step;
    if (i != n) sleep_until(next);
  }
}

void cmd_sleep(int argc, char **argv) {
  bool ok = true;
  uint64_t ms = number(argc, argv, 1, 1000, &ok);
  if (ok) sleep_until(time_now() + ms_to_ticks(ms));
}

void cmd_rand(int argc, char **argv) {
  bool ok = true;
  uint64_t left = number(argc, argv, 1, 16, &ok);
  uint8_t bytes[RANDOM_MAX];
  while (ok && left > 0) {
    int64_t n = sys(SYS_RANDOM, (uint64_t)bytes, left < 32 ? left : 32, 0, 0);
    if (n < 0) {
      printf("rand: %s\n", error_name(n));
      return;
    }
    for (int64_t i = 0; i < n; i++) printf("%02x", bytes[i]);
    printf("\n");
    left -= (uint64_t)n;
  }
}
