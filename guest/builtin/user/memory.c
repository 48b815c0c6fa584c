/* Commands that fill, dirty and sum the shell's heap, which lives from one command to the next. */
#include "user.h"

#define PAGE_WORDS 512

static uint64_t heap_kib;
static uint64_t *const heap = (uint64_t *)USER_HEAP;

static bool heap_resize(const char *who, uint64_t kib) {
  int64_t result = kib > USER_HEAP_MAX / 1024 ? ERR_INVALID : sys(SYS_HEAP, kib * 1024, 0, 0, 0);
  if (result < 0) {
    printf("%s: %s\n", who, error_name(result));
    return false;
  }
  heap_kib = kib;
  return true;
}

static uint64_t heap_sum(uint64_t kib) {
  uint64_t sum = SUM_START;
  for (uint64_t i = 0; i < kib * 128; i++) sum = sum_word(sum, heap[i]);
  return sum;
}

void cmd_fill(int argc, char **argv) {
  bool ok = true;
  uint64_t kib = number(argc, argv, 1, 1024, &ok), seed = number(argc, argv, 2, 1, &ok);
  if (!ok || !heap_resize("fill", kib)) return;
  uint64_t state = seed * 0x9e3779b97f4a7c15ul | 1;
  for (uint64_t i = 0; i < kib * 128; i++) heap[i] = xorshift(&state);
  printf("fill: %lu KiB, checksum %016lx\n", kib, heap_sum(kib));
}

void cmd_mem(int argc, char **argv) {
  bool ok = true;
  uint64_t kib = number(argc, argv, 1, heap_kib, &ok);
  if (ok && kib > heap_kib) printf("mem: the heap has %lu KiB\n", heap_kib);
  if (ok && kib <= heap_kib) printf("mem: %lu KiB, checksum %016lx\n", kib, heap_sum(kib));
}

/* A round writes one word to as many pages, drawn at random, as there are. The checksum is over
 * all that was overwritten, so that a page lost on the way shows. */
void cmd_dirty(int argc, char **argv) {
  bool ok = true;
  uint64_t kib = number(argc, argv, 1, 1024, &ok), rounds = number(argc, argv, 2, 10, &ok);
  uint64_t ms = number(argc, argv, 3, 0, &ok);
  uint64_t pages = kib / 4;
  if (!ok) return;
  if (pages == 0) {
    printf("dirty: at least 4 KiB\n");
    return;
  }
  if (!heap_resize("dirty", kib)) return;
  uint64_t state = 1, sum = SUM_START, step = ms_to_ticks(ms), next = time_now();
  for (uint64_t r = 0; r < rounds; r++) {
    for (uint64_t i = 0; i < pages; i++) {
      uint64_t draw = xorshift(&state);
      uint64_t *word = heap + (draw >> 9) % pages * PAGE_WORDS + draw % PAGE_WORDS;
      sum = sum_word(sum, *word);
      *word = draw;
    }
    next += step;
    if (step != 0) sleep_until(next);
  }
  printf("dirty: %lu KiB, %lu rounds, checksum %016lx\n", kib, rounds, sum);
}

void cmd_free(int argc, char **argv) {
  (void)argc, (void)argv;
  struct sysinfo info;
  heap_resize("free", 0);
  sys(SYS_SYSINFO, (uint64_t)&info, 0, 0, 0);
  printf("free: %lu of %lu KiB\n", info.free_kib, info.memory_kib);
}
