/* Memory far beyond any TLB and cache: dependent loads all over 64 MiB, and copies through 64 MiB. */
#include "common/kernel.h"

#define MIB (1ul << 20)
#define CHASED (64 * MIB)
#define STRIDE 64ul
#define NODES (CHASED / STRIDE)
#define COPIED (32 * MIB)

#define NODE(k) (*(uint64_t *)(ARENA + (k) * STRIDE))
#define LEFT ((uint64_t *)(ARENA + CHASED))
#define RIGHT ((uint64_t *)(ARENA + CHASED + COPIED))

const char kernel_name[] = "memory";
const uint64_t kernel_rounds = 20;
const uint64_t kernel_arena = CHASED + 2 * COPIED;

/* One cycle through all nodes, in an order without pattern (Sattolo's shuffle). */
void kernel_prepare(void) {
  uint64_t random = 0x2545f4914f6cdd1dul;
  for (uint64_t i = 0; i < NODES; i++) NODE(i) = i;
  for (uint64_t i = NODES - 1; i > 0; i--) {
    uint64_t k = scramble(&random) % i;
    uint64_t swapped = NODE(i);
    NODE(i) = NODE(k);
    NODE(k) = swapped;
  }
  for (uint64_t i = 0; i < NODES; i++) NODE(i) = (uint64_t)&NODE(NODE(i));
  for (uint64_t i = 0; i < COPIED / 8; i++) LEFT[i] = scramble(&random);
}

static uint64_t chase(uint64_t round) {
  uint64_t *p = &NODE(round * 12345 % NODES);
  for (int i = 0; i < 1000000; i++) p = (uint64_t *)*p;
  return (uint64_t)p;
}

static void copy_words(uint64_t *to, const uint64_t *from) {
  for (uint64_t i = 0; i < COPIED / 8; i += 8) {
    uint64_t a = from[i], b = from[i + 1], c = from[i + 2], d = from[i + 3];
    uint64_t e = from[i + 4], f = from[i + 5], g = from[i + 6], h = from[i + 7];
    to[i] = a, to[i + 1] = b, to[i + 2] = c, to[i + 3] = d;
    to[i + 4] = e, to[i + 5] = f, to[i + 6] = g, to[i + 7] = h;
  }
}

static uint64_t copy(uint64_t round) {
  for (int times = 0; times < 5; times++) {
    LEFT[round + (uint64_t)times] = round;
    copy_words(RIGHT, LEFT);
    copy_words(LEFT, RIGHT);
  }
  uint64_t sum = 0;
  for (uint64_t i = round; i < COPIED / 8; i += 4099) sum = sum * 31 + RIGHT[i];
  return sum;
}

const struct part kernel_parts[] = {{"chase", chase}, {"copy", copy}, {0, 0}};
