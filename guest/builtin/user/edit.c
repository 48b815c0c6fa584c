/* Line editing: backspace, Ctrl-U (whole line), Ctrl-W (word), Ctrl-L, arrows up and down for the
 * lines before. Output is gathered, so that a pasted line costs few system calls. */
#include "user.h"

#define HISTORY 8

static char history[HISTORY][LINE_MAX];
static unsigned entered; /* lines ever put into the history */

static char echo[512];
static size_t echo_count;

static void flush(void) {
  write_all(echo, echo_count);
  echo_count = 0;
}

static void out(const char *s) {
  for (; *s != 0; s++) {
    if (echo_count == sizeof echo) flush();
    echo[echo_count++] = *s;
  }
}

static char input[64];
static int64_t input_count, input_at;

static char next_byte(void) {
  while (input_at >= input_count) {
    flush();
    input_at = 0;
    input_count = sys(SYS_READ, (uint64_t)input, sizeof input, 0, 0);
  }
  return input[input_at++];
}

static void erase(size_t *count, size_t to) {
  for (; *count > to; --*count) out("\b \b");
}

static void replace(char *line, size_t *count, const char *with) {
  erase(count, 0);
  for (; with[*count] != 0; ++*count) line[*count] = with[*count];
  line[*count] = 0;
  out(line);
}

static size_t word_start(const char *line, size_t count) {
  while (count > 0 && line[count - 1] == ' ') count--;
  while (count > 0 && line[count - 1] != ' ') count--;
  return count;
}

static void remember(const char *line) {
  if (line[0] == 0) return;
  memcpy(history[entered++ % HISTORY], line, LINE_MAX);
}

/* After ESC: only "[A" (up) and "[B" (down) mean something. */
static void escape(char *line, size_t *count, unsigned *back) {
  if (next_byte() != '[') return;
  char key = next_byte();
  unsigned most = entered < HISTORY ? entered : HISTORY;
  if (key == 'A' && *back < most) {
    ++*back;
  } else if (key == 'B' && *back > 0) {
    --*back;
  } else {
    return;
  }
  replace(line, count, *back == 0 ? "" : history[(entered - *back) % HISTORY]);
}

void read_line(const char *prompt, char *line) {
  size_t count = 0;
  unsigned back = 0;
  bool ended = false;
  echo_count = 0; /* Ctrl-C may have come in mid-line */
  out(prompt);
  while (!ended) {
    char c = next_byte();
    switch (c) {
      case '\r':
      case '\n':
        ended = true;
        break;
      case '\b':
      case 0x7f:
        if (count > 0) erase(&count, count - 1);
        break;
      case 'U' - '@':
        erase(&count, 0);
        break;
      case 'W' - '@':
        erase(&count, word_start(line, count));
        break;
      case 'L' - '@':
        line[count] = 0;
        out("\033[H\033[J");
        out(prompt);
        out(line);
        break;
      case 033:
        escape(line, &count, &back);
        break;
      default:
        if (c >= ' ' && c < 0x7f && count < LINE_MAX - 1) {
          line[count++] = c;
          out((char[]){c, 0});
        }
    }
  }
  out("\n");
  flush();
  line[count] = 0;
  remember(line);
}
