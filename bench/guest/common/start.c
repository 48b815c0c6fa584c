#include "kernel.h"

/* The number behind a word of the kernel's command line, which is somewhere in the device tree: no
 * other property of the board holds such words, so that the tree need not be taken apart. */
static uint64_t option(const uint8_t *tree, const char *word, uint64_t otherwise) {
  uint64_t bytes = (uint64_t)tree[4] << 24 | tree[5] << 16 | tree[6] << 8 | tree[7];
  for (uint64_t i = 0; i + 16 < bytes; i++) {
    uint64_t k = 0;
    while (word[k] && tree[i + k] == (uint8_t)word[k]) k++;
    if (word[k]) continue;
    uint64_t value = 0;
    for (i += k; tree[i] >= '0' && tree[i] <= '9'; i++) value = value * 10 + (tree[i] - '0');
    return value;
  }
  return otherwise;
}

#define ALL (-1ul)

static uint64_t mix(uint64_t checksum, uint64_t value) {
  return ((checksum << 7 | checksum >> 57) ^ value) * 0x9e3779b97f4a7c15ul;
}

static void introduce(uint64_t warm, uint64_t rounds) {
  print("kernel ");
  print(kernel_name);
  print(" warm ");
  print_number(warm);
  print(" rounds ");
  print_number(rounds);
  print(" parts");
  for (const struct part *p = kernel_parts; p->name; p++) {
    put(' ');
    print(p->name);
  }
  put('\n');
}

void start(const uint8_t *tree) {
  uint64_t rounds = option(tree, "rounds=", kernel_rounds);
  uint64_t only = option(tree, "only=", ALL);
  uint64_t warm = option(tree, "warm=", kernel_rounds / 4);
  translation_on(kernel_arena);
  introduce(warm, rounds);
  kernel_prepare();
  for (uint64_t round = 0; round < warm; round++) {
    for (const struct part *p = kernel_parts; p->name; p++) p->run(round);
    put('w');
  }
  uint64_t checksum = 0;
  uint64_t before = instructions();
  put('B');
  for (uint64_t round = 0; round < rounds; round++) {
    char mark = 'a';
    for (const struct part *p = kernel_parts; p->name; p++) {
      if (only == ALL || only == (uint64_t)(p - kernel_parts)) {
        checksum = mix(checksum, p->run(round));
        put(mark);
      }
      mark++;
    }
  }
  put('E');
  uint64_t executed = instructions() - before;
  print("\nchecksum ");
  print_hex(checksum);
  print(" instructions ");
  print_number(executed);
  put('\n');
  power_off(0);
}

void unexpected_trap(uint64_t cause, uint64_t pc, uint64_t value) {
  print("\ntrap ");
  print_hex(cause);
  print(" at ");
  print_hex(pc);
  print(" value ");
  print_hex(value);
  put('\n');
  power_off(1);
}
