/* The shell: reads lines, runs commands; `;` separates, a last `&` gives one a task of its own. */
#include "user.h"

#define WORDS 12

static void run_command(char *text) {
  char *words[WORDS];
  int count = 0;
  for (char *p = text; count < WORDS;) {
    while (*p == ' ') *p++ = 0;
    if (*p == 0) break;
    words[count++] = p;
    while (*p != 0 && *p != ' ') p++;
  }
  if (count == 0) return;
  for (const struct command *c = commands; c->name != NULL; c++) {
    if (strcmp(c->name, words[0]) == 0) {
      c->run(count, words);
      return;
    }
  }
  printf("%s: no such command; try 'help'\n", words[0]);
}

static void background(char *text) {
  run_command(text);
}

static void run_or_spawn(char *text) {
  while (*text == ' ') text++;
  size_t length = strlen(text);
  while (length > 0 && text[length - 1] == ' ') length--;
  if (length == 0 || text[length - 1] != '&') {
    run_command(text);
    return;
  }
  text[length - 1] = 0;
  int64_t id = spawn(background, text);
  if (id < 0) {
    printf("cannot start a task: %s\n", error_name(id));
  } else {
    printf("[%ld]\n", id);
  }
}

void run_line(char *line) {
  for (char *start = line; start != NULL;) {
    char *end = start;
    while (*end != 0 && *end != ';') end++;
    char *next = *end == 0 ? NULL : end + 1;
    *end = 0;
    run_or_spawn(start);
    start = next;
  }
}

static void prompt_forever(void) {
  static char line[LINE_MAX];
  for (;;) {
    read_line("tiny> ", line);
    run_line(line);
  }
}

/* The kernel sends the shell here, on a fresh stack, on Ctrl-C or after a fault. */
static void interrupted(void) {
  write_all("^C\n", 3);
  prompt_forever();
}

void shell_main(char *unused) {
  (void)unused;
  static char boot_line[LINE_MAX * 2];
  struct sysinfo info;
  sys(SYS_INTERRUPT, (uint64_t)interrupted, 0, 0, 0);
  sys(SYS_SYSINFO, (uint64_t)&info, 0, 0, 0);
  if (info.has_net) spawn(net_daemon, "netd");
  printf("guest: ready\n");
  if (boot_argument("run", boot_line, sizeof boot_line, true)) {
    printf("tiny> %s\n", boot_line);
    run_line(boot_line);
  }
  prompt_forever();
}

void cmd_help(int argc, char **argv) {
  (void)argc, (void)argv;
  for (const struct command *c = commands; c->name != NULL; c++) {
    printf("%-8s %-26s %s\n", c->name, c->arguments, c->help);
  }
  printf("COMMAND & in a task of its own; COMMAND; COMMAND one after another; Ctrl-C stops\n");
}
