#include "kernel.h"

/* Enough for the tables of 256 MiB and of a few user programs. */
#define TABLES 192

#define SV39 (8ul << 60)

static uint64_t tables[TABLES][PAGE / 8] __attribute__((aligned(4096)));
static int taken;

uint64_t *root_table;

uint64_t *new_table(void) {
  if (taken == TABLES) power_off(2);
  return tables[taken++];
}

/* The last-level entry of an address; tables on the way are made when they are missing. */
uint64_t *entry_of(uint64_t *root, uint64_t address) {
  uint64_t *table = root;
  for (int level = 2; level > 0; level--) {
    uint64_t *entry = &table[address >> (12 + 9 * level) & 511];
    if (!(*entry & PTE_V)) *entry = (uint64_t)new_table() >> 12 << 10 | PTE_V;
    table = (uint64_t *)(*entry >> 10 << 12);
  }
  return &table[address >> 12 & 511];
}

static void map(uint64_t address, uint64_t bytes, uint64_t rights) {
  for (uint64_t a = address; a < address + bytes; a += PAGE)
    *entry_of(root_table, a) = a >> 12 << 10 | rights | PTE_V | PTE_A | PTE_D;
}

void translation_on(uint64_t arena_bytes) {
  extern char image_end[];
  root_table = new_table();
  map(RAM_BASE, (uint64_t)image_end - RAM_BASE, PTE_R | PTE_W | PTE_X);
  map(ARENA, arena_bytes, PTE_R | PTE_W);
  map(0x10000000, PAGE, PTE_R | PTE_W); /* UART */
  map(0x100000, PAGE, PTE_R | PTE_W);   /* syscon */
  __asm__ volatile("sfence.vma; csrw satp, %0; sfence.vma" ::"r"(SV39 | (uint64_t)root_table >> 12)
                   : "memory");
}
