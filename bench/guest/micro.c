/* One cost each, for the JMH benchmarks: `only=K` in the command line leaves only the K-th part. */
#include "common/kernel.h"

#define PAGES 8192ul /* twice as many as a big TLB has entries */

const char kernel_name[] = "micro";
const uint64_t kernel_rounds = 1;
const uint64_t kernel_arena = PAGES * PAGE;

static void step_over(void);

void kernel_prepare(void) { __asm__ volatile("csrw stvec, %0" ::"r"(step_over)); }

/* Arithmetic, and a branch that nobody can predict for long. */
static uint64_t loop(uint64_t round) {
  uint64_t a = round + 1, sum = 0;
  for (int i = 0; i < 20000; i++) {
    scramble(&a);
    if (a & 64) sum += a;
    else sum ^= a >> 3;
  }
  return sum;
}

/* Loads and stores on four pages. */
static uint64_t hit(uint64_t round) {
  volatile uint64_t *p = (volatile uint64_t *)ARENA;
  for (uint64_t i = 0; i < 40000; i++) p[(i & 3) * 512 + 1] = p[(i & 3) * 512] + round;
  return p[1];
}

/* Each load on another page, of more pages than a TLB holds. */
static uint64_t miss(uint64_t round) {
  uint64_t sum = round;
  for (uint64_t i = 0; i < PAGES; i++) sum += *(volatile uint64_t *)(ARENA + i * PAGE);
  return sum;
}

/* The handler of `trap`: goes on behind the instruction. */
static void __attribute__((naked, aligned(4))) step_over(void) {
  __asm__ volatile("csrw sscratch, t0; csrr t0, sepc; addi t0, t0, 4; csrw sepc, t0;"
                   "csrr t0, sscratch; sret");
}

static uint64_t trap(uint64_t round) {
  for (int i = 0; i < 10000; i++)
    __asm__ volatile(".option push; .option norvc; ebreak; .option pop" ::: "memory");
  return round;
}

/* Loads from a device's register. */
static uint64_t mmio(uint64_t round) {
  uint64_t sum = round;
  for (int i = 0; i < 20000; i++) sum += *(volatile uint8_t *)0x10000005ul;
  return sum;
}

static uint64_t fp(uint64_t round) {
  double a = 1.0 + (double)round, b = 0.5, sum = 0;
  for (int i = 0; i < 10000; i++) {
    sum += a * b;
    b = b * 0.999 + 0.001;
    a = a / (1.0 + b);
    a = a < 0.25 ? a + 1.0 : a;
  }
  return (uint64_t)sum;
}

const struct part kernel_parts[] = {{"loop", loop}, {"hit", hit}, {"miss", miss}, {"trap", trap},
                                    {"mmio", mmio}, {"fp", fp},   {0, 0}};
