/* disk: reads, writes and verifies sectors. A written word depends on seed, sector and place, so a
 * sector that went astray or came back old is seen. */
#include "user.h"

static uint64_t buffer[DISK_MAX_SECTORS * SECTOR / 8];

static void pattern(uint64_t sector, uint64_t seed) {
  for (uint64_t i = 0; i < DISK_MAX_SECTORS * SECTOR / 8; i++) {
    uint64_t of = sector + i / (SECTOR / 8), place = i % (SECTOR / 8);
    uint64_t state = of * 0x9e3779b97f4a7c15ul + seed * 0x2545f4914f6cdd1dul + place + 1;
    buffer[i] = xorshift(&state);
  }
}

static bool check(int64_t result) {
  if (result < 0) printf("disk: %s\n", error_name(result));
  return result >= 0;
}

static bool transfer(uint64_t op, uint64_t sector, uint64_t count) {
  return check(sys(SYS_DISK, op, sector, (uint64_t)buffer, count));
}

static uint64_t chunk(uint64_t left) { return left < DISK_MAX_SECTORS ? left : DISK_MAX_SECTORS; }

static void read_sectors(uint64_t sector, uint64_t count) {
  uint64_t sum = SUM_START;
  for (uint64_t done = 0, n; done < count; done += n) {
    n = chunk(count - done);
    if (!transfer(DISK_READ, sector + done, n)) return;
    for (uint64_t i = 0; i < n * SECTOR / 8; i++) sum = sum_word(sum, buffer[i]);
  }
  printf("disk: read %lu sectors from %lu, checksum %016lx\n", count, sector, sum);
}

static void write_sectors(uint64_t sector, uint64_t count, uint64_t seed) {
  for (uint64_t done = 0, n; done < count; done += n) {
    n = chunk(count - done);
    pattern(sector + done, seed);
    if (!transfer(DISK_WRITE, sector + done, n)) return;
  }
  printf("disk: wrote %lu sectors from %lu\n", count, sector);
}

static void verify_sectors(uint64_t sector, uint64_t count, uint64_t seed) {
  static uint64_t expected[DISK_MAX_SECTORS * SECTOR / 8];
  uint64_t wrong = 0;
  for (uint64_t done = 0, n; done < count; done += n) {
    n = chunk(count - done);
    pattern(sector + done, seed);
    memcpy(expected, buffer, sizeof expected);
    if (!transfer(DISK_READ, sector + done, n)) return;
    for (uint64_t s = 0; s < n; s++) {
      const uint64_t at = s * SECTOR / 8;
      if (memcmp(&buffer[at], &expected[at], SECTOR) == 0) continue;
      if (wrong++ == 0) printf("disk: sector %lu differs\n", sector + done + s);
    }
  }
  printf("disk: verified %lu sectors from %lu, %lu wrong\n", count, sector, wrong);
}

void cmd_disk(int argc, char **argv) {
  bool ok = true;
  struct sysinfo info;
  sys(SYS_SYSINFO, (uint64_t)&info, 0, 0, 0);
  if (info.disk_sectors == 0) {
    printf("disk: %s\n", error_name(ERR_NO_DEVICE));
    return;
  }
  uint64_t sector = number(argc, argv, 2, 0, &ok), count = number(argc, argv, 3, 1, &ok);
  uint64_t seed = number(argc, argv, 4, 1, &ok);
  if (!ok) return;
  if (argc == 1) {
    printf("disk: %lu sectors%s\n", info.disk_sectors, info.disk_read_only ? ", read-only" : "");
  } else if (strcmp(argv[1], "read") == 0) {
    read_sectors(sector, count);
  } else if (strcmp(argv[1], "write") == 0) {
    write_sectors(sector, count, seed);
  } else if (strcmp(argv[1], "verify") == 0) {
    verify_sectors(sector, count, seed);
  } else if (strcmp(argv[1], "flush") == 0) {
    if (check(sys(SYS_DISK, DISK_FLUSH, 0, 0, 0))) printf("disk: flushed\n");
  } else {
    printf("disk: read, write, verify or flush, not '%s'\n", argv[1]);
  }
}
