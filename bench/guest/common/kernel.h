/* What a guest kernel of the benchmark is made of. See ../README.md for what it prints. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdint.h>

#define PAGE 4096ul
#define RAM_BASE 0x80000000ul

/* Where a kernel's big arrays lie: behind its image, all zero at the start. */
#define ARENA 0x81000000ul

#define PTE_V 1ul
#define PTE_R 2ul
#define PTE_W 4ul
#define PTE_X 8ul
#define PTE_U 16ul
#define PTE_A 64ul
#define PTE_D 128ul

/* A part of a round. What it returns goes into the checksum and depends on nothing but round. */
struct part {
  const char *name;
  uint64_t (*run)(uint64_t round);
};

/* Each kernel defines these. */
extern const char kernel_name[];
extern const struct part kernel_parts[]; /* up to one without a name */
extern const uint64_t kernel_rounds;     /* measured rounds at full size */
extern const uint64_t kernel_arena;      /* bytes it uses from ARENA on */
void kernel_prepare(void);               /* before the first round */

/* paging.c: Sv39, everything in pages of 4 KiB. */
extern uint64_t *root_table;
uint64_t *new_table(void);
uint64_t *entry_of(uint64_t *root, uint64_t address);
void translation_on(uint64_t arena_bytes);

/* console.c: the 16550A, and the switch that turns the board off. */
void put(char c);
void print(const char *text);
void print_number(uint64_t value);
void print_hex(uint64_t value);
void power_off(int code) __attribute__((noreturn));

static inline uint64_t instructions(void) {
  uint64_t n;
  __asm__ volatile("csrr %0, instret" : "=r"(n));
  return n;
}

static inline uint64_t scramble(uint64_t *state) {
  uint64_t x = *state;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return *state = x;
}

#endif
