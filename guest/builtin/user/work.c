/* Compute-bound commands whose result is a checksum: equal arguments, equal checksum, anywhere. */
#include "user.h"

#define SIEVE 16384
#define BLOCK 16384

static uint8_t sieve[SIEVE];
static uint64_t block[BLOCK / 8];

static uint64_t count_primes(void) {
  uint64_t primes = 0;
  for (unsigned i = 0; i < SIEVE; i++) sieve[i] = 1;
  for (unsigned i = 2; i < SIEVE; i++) {
    if (!sieve[i]) continue;
    primes++;
    for (unsigned j = 2 * i; j < SIEVE; j += i) sieve[j] = 0;
  }
  return primes;
}

static uint32_t crc32(const uint8_t *bytes, size_t count) {
  static uint32_t table[256];
  if (table[1] == 0) {
    for (uint32_t i = 0; i < 256; i++) {
      uint32_t c = i;
      for (int k = 0; k < 8; k++) c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1;
      table[i] = c;
    }
  }
  uint32_t crc = ~0u;
  for (size_t i = 0; i < count; i++) crc = table[(crc ^ bytes[i]) & 255] ^ crc >> 8;
  return ~crc;
}

/* Shell sort of the block, then a binary search for every 8th word's neighbour. */
static uint64_t sort_and_search(void) {
  static uint64_t sorted[BLOCK / 8];
  const unsigned n = BLOCK / 8;
  memcpy(sorted, block, sizeof sorted);
  for (unsigned gap = n / 2; gap > 0; gap /= 2) {
    for (unsigned i = gap; i < n; i++) {
      uint64_t value = sorted[i];
      unsigned j = i;
      for (; j >= gap && sorted[j - gap] > value; j -= gap) sorted[j] = sorted[j - gap];
      sorted[j] = value;
    }
  }
  uint64_t found = 0;
  for (unsigned i = 0; i < n; i += 8) {
    unsigned low = 0, high = n;
    while (low < high) {
      unsigned middle = (low + high) / 2;
      if (sorted[middle] < block[i]) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    found += low;
  }
  return found + sorted[n / 2];
}

void cmd_work(int argc, char **argv) {
  bool ok = true;
  uint64_t rounds = number(argc, argv, 1, 10, &ok);
  uint64_t state = 88172645463325252ul, sum = SUM_START;
  for (uint64_t r = 0; ok && r < rounds; r++) {
    for (unsigned i = 0; i < BLOCK / 8; i++) block[i] = xorshift(&state);
    sum = sum_word(sum, count_primes());
    sum = sum_word(sum, crc32((const uint8_t *)block, sizeof block));
    sum = sum_word(sum, sort_and_search());
    sum = sum_word(sum, state % 1000003 * (state / 1000003));
  }
  if (ok) printf("work: %lu rounds, checksum %016lx\n", rounds, sum);
}

static uint64_t bits(double d) {
  uint64_t u;
  memcpy(&u, &d, sizeof u);
  return u;
}

/* One round: a damped chain of springs, stepped; squares, roots, quotients and single precision. */
void cmd_flops(int argc, char **argv) {
  bool ok = true;
  uint64_t rounds = number(argc, argv, 1, 10, &ok);
  double place[64], speed[64];
  uint64_t sum = SUM_START;
  for (int i = 0; i < 64; i++) {
    place[i] = i % 7 * 0.125;
    speed[i] = 0;
  }
  for (uint64_t r = 0; ok && r < rounds; r++) {
    float energy = 0;
    for (int step = 0; step < 500; step++) {
      for (int i = 0; i < 64; i++) {
        double force = place[(i + 1) % 64] - 2 * place[i] + place[(i + 63) % 64];
        speed[i] = (speed[i] + force * 0.01) * 0.9999;
      }
      for (int i = 0; i < 64; i++) place[i] += speed[i] * 0.01;
      energy += (float)__builtin_sqrt(speed[step % 64] * speed[step % 64] + 1.0 / (step + 1));
    }
    sum = sum_word(sum_word(sum, bits(place[r % 64])), bits(energy));
  }
  if (ok) printf("flops: %lu rounds, checksum %016lx\n", rounds, sum);
}
