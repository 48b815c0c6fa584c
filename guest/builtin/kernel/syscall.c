/* System calls. Each returns a result, or CALL_BLOCKED after parking its task: then the pc stays at
 * the `ecall` and the call is made again, from the start, when the task wakes. */
#include "kernel.h"

typedef int64_t call(struct task *t, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3);
#define CALL(name)                                                                          \
  static int64_t name(struct task *t __attribute__((unused)), uint64_t a0 __attribute__((unused)), \
                      uint64_t a1 __attribute__((unused)), uint64_t a2 __attribute__((unused)),    \
                      uint64_t a3 __attribute__((unused)))

CALL(call_exit) {
  t->killed = true;
  return 0;
}

/* Takes as much as there is room for; the caller goes on from there. */
CALL(call_write) {
  char bytes[256];
  size_t count = a1 < sizeof bytes ? a1 : sizeof bytes;
  if (count == 0) return 0;
  if (!copy_from_user(t, bytes, a0, count)) return ERR_INVALID;
  size_t done = console_write(bytes, count);
  if (done > 0) return (int64_t)done;
  task_block(t, &console_output);
  return CALL_BLOCKED;
}

CALL(call_read) {
  char bytes[64];
  size_t count = console_read(bytes, a1 < sizeof bytes ? a1 : sizeof bytes);
  if (count == 0 && a1 != 0) {
    task_block(t, &console_input);
    return CALL_BLOCKED;
  }
  return copy_to_user(t, a0, bytes, count) ? (int64_t)count : ERR_INVALID;
}

CALL(call_yield) {
  this_hart()->quantum_end = 0;
  return 0;
}

CALL(call_sleep) {
  if (time_now() >= a0) return 0;
  t->wake_at = a0;
  task_block(t, NULL);
  return CALL_BLOCKED;
}

CALL(call_spawn) {
  char text[SPAWN_TEXT_MAX];
  for (size_t i = 0; i < sizeof text; i++) {
    if (!copy_from_user(t, &text[i], a1 + i, 1)) return ERR_INVALID;
    if (text[i] == 0) break;
  }
  text[sizeof text - 1] = 0;
  struct task *child = task_spawn(text, a0, text);
  return child == NULL ? ERR_NO_MEMORY : (int64_t)child->id;
}

CALL(call_kill) {
  struct task *victim = task_find((uint32_t)a0);
  if (victim == NULL || victim == keyboard_owner) return ERR_INVALID; /* not the shell */
  if (victim->state == TASK_RUNNING) {
    victim->killed = true; /* here and now, or at its hart's next tick */
  } else {
    task_exit(victim);
  }
  return 0;
}

CALL(call_wait) {
  return task_wait(t, (uint32_t)a0) ? 0 : CALL_BLOCKED;
}

CALL(call_heap) {
  return space_set_heap(t, a0);
}

CALL(call_sysinfo) {
  struct sysinfo info = {
      .timebase = machine.timebase,
      .memory_kib = machine.memory.size / 1024,
      .free_kib = pages_free() * PAGE / 1024,
      .switches = total_switches,
      .interrupts = total_interrupts,
      .faults = total_faults,
      .calls = total_calls,
      .disk_sectors = blk_sectors(),
      .disk_read_only = blk_read_only(),
      .has_random = rng_present(),
      .has_rtc = machine.rtc.base != 0,
      .uses_sstc = machine.sstc,
      .uses_dbcn = sbi_has_dbcn,
      .harts_online = (uint8_t)harts_online,
  };
  for (int i = 0; i < hart_count; i++) info.ticks += harts[i].ticks;
  net_info(&info);
  return copy_to_user(t, a0, &info, sizeof info) ? 0 : ERR_INVALID;
}

CALL(call_tasks) {
  uint64_t n = 0;
  for (int i = 0; i < MAX_TASKS && n < a1; i++) {
    const struct task *other = &tasks[i];
    if (other->state == TASK_FREE) continue;
    struct taskinfo info = {other->id, other->state, 0, other->pages, other->ticks, {0}};
    if (other->hart != NULL) info.hart = (uint32_t)other->hart->id;
    memcpy(info.name, other->name, sizeof info.name);
    if (!copy_to_user(t, a0 + n++ * sizeof info, &info, sizeof info)) return ERR_INVALID;
  }
  return (int64_t)n;
}

CALL(call_harts) {
  uint64_t n = 0;
  for (int i = 0; i < hart_count && n < a1; i++) {
    const struct hart *h = &harts[i];
    if (!h->online) continue;
    struct hartinfo info = {h->id, h->ticks, h->interrupts, h->ipis, h->switches,
                            h->task == NULL ? 0 : h->task->id, h == boot_hart};
    if (!copy_to_user(t, a0 + n++ * sizeof info, &info, sizeof info)) return ERR_INVALID;
  }
  return (int64_t)n;
}

CALL(call_bootargs) {
  size_t count = strlen(machine.bootargs) + 1;
  if (count > a1) return ERR_INVALID;
  return copy_to_user(t, a0, machine.bootargs, count) ? (int64_t)count : ERR_INVALID;
}

/* Goldfish RTC: reading the low half latches the high half. */
CALL(call_rtc) {
  if (machine.rtc.base == 0) return ERR_NO_DEVICE;
  volatile uint32_t *rtc = to_virtual(machine.rtc.base);
  uint32_t low = rtc[0];
  return (int64_t)((uint64_t)rtc[1] << 32 | low);
}

CALL(call_reset) {
  if (a0 == RESET_POWER_OFF) power(RESET_POWER_OFF, "guest: powering off");
  if (a0 == RESET_REBOOT) power(RESET_REBOOT, "guest: rebooting");
  if (a0 == RESET_PANIC) panic("asked for by task %u", t->id);
  return ERR_INVALID;
}

CALL(call_interrupt) {
  t->on_interrupt = a0;
  keyboard_owner = t;
  return 0;
}

CALL(call_disk) {
  return blk_call(t, a0, a1, a2, a3);
}

CALL(call_random) {
  return rng_call(t, a0, a1);
}

CALL(call_net_send) {
  return net_send(t, a0, a1);
}

CALL(call_net_receive) {
  return net_receive(t, a0, a1);
}

static call *const calls[SYS_COUNT] = {
    [SYS_EXIT] = call_exit,           [SYS_WRITE] = call_write,
    [SYS_READ] = call_read,           [SYS_YIELD] = call_yield,
    [SYS_SLEEP] = call_sleep,         [SYS_SPAWN] = call_spawn,
    [SYS_KILL] = call_kill,           [SYS_WAIT] = call_wait,
    [SYS_HEAP] = call_heap,           [SYS_SYSINFO] = call_sysinfo,
    [SYS_TASKS] = call_tasks,         [SYS_HARTS] = call_harts,
    [SYS_BOOTARGS] = call_bootargs,   [SYS_RTC] = call_rtc,
    [SYS_RESET] = call_reset,         [SYS_INTERRUPT] = call_interrupt,
    [SYS_DISK] = call_disk,           [SYS_RANDOM] = call_random,
    [SYS_NET_SEND] = call_net_send,   [SYS_NET_RECV] = call_net_receive,
};

void syscall(struct task *t) {
  uint64_t number = t->regs[17];
  int64_t result = ERR_INVALID;
  if (number < SYS_COUNT) {
    result = calls[number](t, t->regs[10], t->regs[11], t->regs[12], t->regs[13]);
  }
  if (result == CALL_BLOCKED) return;
  t->regs[10] = (uint64_t)result;
  t->regs[0] += 4;
}
