/* Integer work as compiled code does it: byte loops with branches, table look-ups, recursion. */
#include "common/kernel.h"

#define NUMBERS (1 << 20)
#define CRC_BYTES (1 << 20)
#define KEYS (1 << 17)

#define COMPOSITE ((uint8_t *)ARENA)
#define TEXT ((uint8_t *)(ARENA + NUMBERS))
#define KEY ((uint32_t *)(ARENA + NUMBERS + CRC_BYTES))

const char kernel_name[] = "integer";
const uint64_t kernel_rounds = 16;
const uint64_t kernel_arena = NUMBERS + CRC_BYTES + 4 * KEYS;

static uint32_t crc_table[256];

void kernel_prepare(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t c = i;
    for (int k = 0; k < 8; k++) c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1;
    crc_table[i] = c;
  }
  uint64_t random = 88172645463325252ul;
  for (int i = 0; i < CRC_BYTES; i++) TEXT[i] = (uint8_t)(scramble(&random) >> 32);
}

static uint64_t sieve(uint64_t round) {
  uint64_t primes = round;
  for (int times = 0; times < 2; times++) {
    for (int i = 0; i < NUMBERS; i++) COMPOSITE[i] = 0;
    for (int i = 2; i < NUMBERS; i++) {
      if (COMPOSITE[i]) continue;
      primes += (uint64_t)i;
      for (int k = i + i; k < NUMBERS; k += i) COMPOSITE[k] = 1;
    }
  }
  return primes;
}

static uint64_t crc(uint64_t round) {
  uint32_t c = (uint32_t)~round;
  for (int times = 0; times < 4; times++)
    for (int i = 0; i < CRC_BYTES; i++) c = crc_table[(c ^ TEXT[i]) & 255] ^ c >> 8;
  return ~c;
}

static void quicksort(uint32_t *low, uint32_t *high) {
  while (high - low > 12) {
    uint32_t a = *low, b = low[(high - low) / 2], c = *high;
    uint32_t pivot = a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
    uint32_t *i = low, *k = high;
    do {
      while (*i < pivot) i++;
      while (pivot < *k) k--;
      if (i <= k) {
        uint32_t swapped = *i;
        *i++ = *k;
        *k-- = swapped;
      }
    } while (i <= k);
    if (k - low < high - i) {
      quicksort(low, k);
      low = i;
    } else {
      quicksort(i, high);
      high = k;
    }
  }
  for (uint32_t *i = low + 1; i <= high; i++) {
    uint32_t key = *i;
    uint32_t *k = i;
    for (; k > low && k[-1] > key; k--) *k = k[-1];
    *k = key;
  }
}

static uint64_t sort(uint64_t round) {
  uint64_t random = round * 2 + 1, sum = 0;
  for (int times = 0; times < 2; times++) {
    for (int i = 0; i < KEYS; i++) KEY[i] = (uint32_t)(scramble(&random) >> 24);
    quicksort(KEY, KEY + KEYS - 1);
    for (int i = 0; i < KEYS; i += 61) sum = sum * 31 + KEY[i];
  }
  return sum;
}

const struct part kernel_parts[] = {{"sieve", sieve}, {"crc32", crc}, {"sort", sort}, {0, 0}};
