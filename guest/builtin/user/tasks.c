/* Commands around tasks, harts and power. */
#include "user.h"

void cmd_ps(int argc, char **argv) {
  (void)argc, (void)argv;
  static const char *const states[] = {"free", "ready", "running", "waiting"};
  struct taskinfo tasks[MAX_TASKS];
  int64_t n = sys(SYS_TASKS, (uint64_t)tasks, MAX_TASKS, 0, 0);
  printf("  id state   hart pages ticks name\n");
  for (int64_t i = 0; i < n; i++) {
    printf("%4u %-7s %4u %5u %5lu %s\n", tasks[i].id, states[tasks[i].state & 3], tasks[i].hart,
           tasks[i].pages, tasks[i].ticks, tasks[i].name[0] == 0 ? "?" : tasks[i].name);
  }
}

void cmd_kill(int argc, char **argv) {
  bool ok = argc == 2;
  uint64_t id = number(argc, argv, 1, 0, &ok);
  if (!ok || sys(SYS_KILL, id, 0, 0, 0) < 0) printf("kill: no such task\n");
}

/* Background tasks are those after the shell and the network daemon. */
void cmd_wait(int argc, char **argv) {
  bool ok = true;
  uint64_t id = number(argc, argv, 1, 0, &ok);
  if (!ok) return;
  if (id != 0) {
    sys(SYS_WAIT, id, 0, 0, 0);
    return;
  }
  struct taskinfo tasks[MAX_TASKS];
  int64_t n = sys(SYS_TASKS, (uint64_t)tasks, MAX_TASKS, 0, 0);
  for (int64_t i = 0; i < n; i++) {
    bool ours = strcmp(tasks[i].name, "sh") != 0 && strcmp(tasks[i].name, "netd") != 0;
    if (ours) sys(SYS_WAIT, tasks[i].id, 0, 0, 0);
  }
}

void cmd_harts(int argc, char **argv) {
  (void)argc, (void)argv;
  struct hartinfo harts[MAX_HARTS];
  int64_t n = sys(SYS_HARTS, (uint64_t)harts, MAX_HARTS, 0, 0);
  for (int64_t i = 0; i < n; i++) {
    printf("hart %lu%s: task %u, %lu ticks, %lu interrupts, %lu IPIs, %lu switches\n", harts[i].id,
           harts[i].boot ? " (boot)" : "", harts[i].running, harts[i].ticks, harts[i].interrupts,
           harts[i].ipis, harts[i].switches);
  }
}

static void race(char *text) {
  bool ok = true;
  uint64_t n = number(1, &text, 0, 0, &ok);
  for (uint64_t i = 0; i < n; i++) {
    SHARED->race_plain++; /* volatile: a load and a store, with a gap on purpose */
    __atomic_fetch_add(&SHARED->race_atomic, 1, __ATOMIC_RELAXED);
  }
}

void cmd_race(int argc, char **argv) {
  bool ok = true;
  uint64_t tasks = number(argc, argv, 1, 4, &ok);
  uint64_t ids[MAX_TASKS], started = 0;
  if (!ok) return;
  SHARED->race_plain = SHARED->race_atomic = 0;
  for (uint64_t i = 0; i < tasks && i < MAX_TASKS; i++) {
    int64_t id = spawn(race, argc > 2 ? argv[2] : "100000");
    if (id > 0) ids[started++] = (uint64_t)id;
  }
  for (uint64_t i = 0; i < started; i++) sys(SYS_WAIT, ids[i], 0, 0, 0);
  printf("race: %lu tasks, plain %lu, atomic %lu\n", started, SHARED->race_plain,
         SHARED->race_atomic);
}

void cmd_calls(int argc, char **argv) {
  bool ok = true;
  uint64_t n = number(argc, argv, 1, 100000, &ok);
  if (!ok) return;
  for (uint64_t i = 0; i < n; i++) sys(SYS_WRITE, 0, 0, 0, 0);
  printf("calls: %lu\n", n);
}

void cmd_fault(int argc, char **argv) {
  (void)argc, (void)argv;
  asm volatile("sd zero, 8(zero)" ::: "memory");
}

static void reset(uint64_t how) {
  sys(SYS_RESET, how, 0, 0, 0);
}

void cmd_poweroff(int argc, char **argv) {
  (void)argc, (void)argv;
  reset(RESET_POWER_OFF);
}

void cmd_reboot(int argc, char **argv) {
  (void)argc, (void)argv;
  reset(RESET_REBOOT);
}

void cmd_panic(int argc, char **argv) {
  (void)argc, (void)argv;
  reset(RESET_PANIC);
}
