/* The few functions of a C library that both sides need (the compiler calls the first three). */
#include "abi.h"

void *memset(void *to, int byte, size_t count) {
  uint8_t *p = to;
  if ((uintptr_t)p % 8 == 0 && byte == 0) {
    for (; count >= 8; count -= 8, p += 8) *(uint64_t *)p = 0;
  }
  while (count-- > 0) *p++ = (uint8_t)byte;
  return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t count) {
  uint8_t *d = to;
  const uint8_t *s = from;
  if (((uintptr_t)d | (uintptr_t)s) % 8 == 0) {
    for (; count >= 8; count -= 8, d += 8, s += 8) *(uint64_t *)d = *(const uint64_t *)s;
  }
  while (count-- > 0) *d++ = *s++;
  return to;
}

int memcmp(const void *a, const void *b, size_t count) {
  const uint8_t *p = a, *q = b;
  for (; count > 0; count--, p++, q++) {
    if (*p != *q) return *p - *q;
  }
  return 0;
}

size_t strlen(const char *s) {
  size_t n = 0;
  while (s[n] != 0) n++;
  return n;
}

int strcmp(const char *a, const char *b) {
  return strncmp(a, b, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t limit) {
  for (; limit > 0; limit--, a++, b++) {
    if (*a != *b || *a == 0) return (uint8_t)*a - (uint8_t)*b;
  }
  return 0;
}

const char *strstr(const char *text, const char *word) {
  size_t n = strlen(word);
  for (; *text != 0; text++) {
    if (strncmp(text, word, n) == 0) return text;
  }
  return NULL;
}
