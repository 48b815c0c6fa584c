/* A small printf core. */
#include <stdarg.h>

#include "abi.h"

static void number(void (*put)(char, void *), void *to, uint64_t value, unsigned base,
                   bool negative, int width, char pad) {
  char digits[24];
  int n = 0;
  do {
    digits[n++] = "0123456789abcdef"[value % base];
    value /= base;
  } while (value != 0);
  int length = n + (negative ? 1 : 0);
  if (negative && pad == '0') put('-', to);
  for (int i = length; i < width; i++) put(pad, to);
  if (negative && pad != '0') put('-', to);
  while (n > 0) put(digits[--n], to);
}

static void string(void (*put)(char, void *), void *to, const char *s, int width, bool left) {
  int length = (int)strlen(s);
  for (int i = length; !left && i < width; i++) put(' ', to);
  while (*s != 0) put(*s++, to);
  for (int i = length; left && i < width; i++) put(' ', to);
}

void format(void (*put)(char, void *), void *to, const char *pattern, va_list args) {
  for (const char *p = pattern; *p != 0; p++) {
    if (*p != '%') {
      put(*p, to);
      continue;
    }
    p++;
    bool left = *p == '-';
    if (left) p++;
    char pad = *p == '0' ? '0' : ' ';
    int width = 0;
    while (*p >= '0' && *p <= '9') width = width * 10 + (*p++ - '0');
    bool wide = *p == 'l';
    if (wide) p++;
    switch (*p) {
      case 'd': {
        int64_t value = wide ? va_arg(args, int64_t) : va_arg(args, int);
        uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;
        number(put, to, size, 10, value < 0, width, pad);
        break;
      }
      case 'u':
      case 'x': {
        uint64_t value = wide ? va_arg(args, uint64_t) : va_arg(args, unsigned);
        number(put, to, value, *p == 'x' ? 16 : 10, false, width, pad);
        break;
      }
      case 's':
        string(put, to, va_arg(args, const char *), width, left);
        break;
      case 'c':
        put((char)va_arg(args, int), to);
        break;
      case 0:
        return;
      default:
        put(*p, to);
    }
  }
}
