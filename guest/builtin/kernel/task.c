/* Tasks: preemptive round robin over all harts, sleeping, waking, interrupting and ending. */
#include "kernel.h"

#define QUANTUM_PER_SECOND 100

struct task tasks[MAX_TASKS];
struct hart *boot_hart;
static uint32_t next_id = 1;
static uint64_t first_wake = NEVER; /* no sleeper wakes before */
static const char task_gone;        /* wait channel */

/* ---- the lock ---- */
static uint32_t lock;

static bool try_lock(void) {
  uint32_t was;
  asm volatile("amoswap.w.aq %0, %2, %1" : "=r"(was), "+A"(lock) : "r"(1) : "memory");
  return was == 0;
}

/* Waits by reading, and with the PAUSE hint, so that a machine whose harts take turns on one
 * thread can give the turn to whoever has the lock. */
void kernel_lock(void) {
  while (!try_lock()) {
    while (*(volatile uint32_t *)&lock != 0) asm volatile(".insn 0x0100000f");
  }
}

void kernel_unlock(void) { asm volatile("amoswap.w.rl zero, zero, %0" : "+A"(lock)::"memory"); }

/* ---- life and death ---- */
struct task *task_find(uint32_t id) {
  for (int i = 0; i < MAX_TASKS; i++) {
    if (tasks[i].state != TASK_FREE && tasks[i].id == id) return &tasks[i];
  }
  return NULL;
}

struct task *task_spawn(const char *name, uint64_t function, const char *text) {
  for (int i = 0; i < MAX_TASKS; i++) {
    struct task *t = &tasks[i];
    if (t->state != TASK_FREE) continue;
    memset(t, 0, sizeof *t);
    t->asid = (uint32_t)i + 1;
    if (!space_create(t, text)) return NULL;
    extern uint8_t user_image[];
    t->regs[0] = *(uint64_t *)user_image; /* the program's entry */
    t->regs[2] = USER_STACK_TOP - SPAWN_TEXT_MAX;
    t->regs[10] = function;
    t->regs[11] = USER_STACK_TOP - SPAWN_TEXT_MAX;
    for (size_t c = 0; c < sizeof t->name - 1 && name[c] != 0 && name[c] != ' '; c++) {
      t->name[c] = name[c];
    }
    t->id = next_id++;
    t->wake_at = NEVER;
    t->state = TASK_READY;
    return t;
  }
  return NULL;
}

/* Ends a task that runs on no other hart. */
void task_exit(struct task *t) {
  blk_abandon(t);
  rng_abandon(t);
  if (keyboard_owner == t) keyboard_owner = NULL;
  space_destroy(t);
  t->state = TASK_FREE;
  task_wake(&task_gone);
}

/* ---- waiting ---- */
void task_block(struct task *t, const void *channel) {
  t->waiting = channel;
  t->state = TASK_BLOCKED;
  if (t->wake_at >= first_wake) return;
  first_wake = t->wake_at;
  struct hart *keeper = boot_hart;
  if (keeper != this_hart() && first_wake < keeper->deadline && !keeper->kicked) {
    keeper->kicked = true;
    sbi_send_ipi(keeper->id);
  }
}

static void make_ready(struct task *t) {
  t->state = TASK_READY;
  t->waiting = NULL;
  t->wake_at = NEVER;
}

void task_wake(const void *channel) {
  for (int i = 0; i < MAX_TASKS; i++) {
    if (tasks[i].state == TASK_BLOCKED && tasks[i].waiting == channel) make_ready(&tasks[i]);
  }
}

/* Ctrl-C: takes effect when the task next leaves the kernel, at the latest at its next tick. */
void task_interrupt(struct task *t) {
  if (t->on_interrupt == 0) return;
  t->interrupted = true;
  if (t->state == TASK_BLOCKED) make_ready(t);
}

/* A timer interrupt came: charge it, and wake sleepers if this hart keeps the time. */
void task_tick(void) {
  struct hart *h = this_hart();
  if (h->task != NULL) h->task->ticks++;
  uint64_t now = time_now();
  if (h != boot_hart || now < first_wake) return;
  first_wake = NEVER;
  for (int i = 0; i < MAX_TASKS; i++) {
    struct task *t = &tasks[i];
    if (t->state != TASK_BLOCKED) continue;
    if (t->wake_at <= now) {
      make_ready(t);
    } else if (t->wake_at < first_wake) {
      first_wake = t->wake_at;
    }
  }
}

/* ---- running ---- */

/* Gives the lock back and sets the timer, in this order: where harts take turns, the write may end
 * this one's turn, and the others should not have to spin through theirs. */
static void unlock_and_set_timer(struct hart *h) {
  uint64_t deadline = h->task == NULL ? NEVER : h->quantum_end;
  if (h == boot_hart && first_wake < deadline) deadline = first_wake;
  h->deadline = deadline;
  kernel_unlock();
  timer_set(deadline);
}

/* Sends as many idle harts to look for work as there are tasks without a hart. */
static void kick_idle(void) {
  int ready = 0;
  for (int i = 0; i < MAX_TASKS; i++) ready += tasks[i].state == TASK_READY;
  for (int i = 0; i < hart_count && ready > 0; i++) {
    struct hart *h = &harts[i];
    if (!h->idle) continue;
    ready--;
    if (h->kicked) continue;
    h->kicked = true;
    sbi_send_ipi(h->id);
  }
}

/* Takes a task off this hart; its floating-point registers are saved if it touched them. */
static void put_down(struct task *t) {
  this_hart()->task = NULL;
  t->hart = NULL;
  if ((csr_read(sstatus) & SSTATUS_FS) == SSTATUS_FS) { /* dirty */
    fp_save(t);
    t->has_fp = true;
  }
  csr_clear(sstatus, SSTATUS_FS);
}

static void pick_up(struct task *t) {
  struct hart *h = this_hart();
  h->task = t;
  if (t->id != h->last_id) {
    h->last_id = t->id;
    h->switches++;
    total_switches++;
  }
  h->quantum_end = time_now() + machine.timebase / QUANTUM_PER_SECOND;
  t->hart = h;
  t->harts_used |= 1u << (h - harts);
  t->state = TASK_RUNNING;
  /* Registers start as zeros; what another task left in them is never seen. */
  csr_set(sstatus, FS_INITIAL);
  fp_restore(t);
  csr_clear(sstatus, SSTATUS_FS);
  csr_set(sstatus, t->has_fp ? FS_CLEAN : FS_INITIAL);
}

/* Goes back to user mode, if this task may go on. */
void task_resume(struct task *t) {
  struct hart *h = this_hart();
  if (t->killed) {
    put_down(t);
    task_exit(t);
    schedule();
  }
  if (t->interrupted && t->state == TASK_BLOCKED) { /* asked for before it chose to wait */
    make_ready(t);
    t->state = TASK_RUNNING;
  }
  if (t->state == TASK_RUNNING && time_now() >= h->quantum_end) t->state = TASK_READY;
  if (t->state != TASK_RUNNING) {
    put_down(t);
    schedule();
  }
  if (t->interrupted) {
    t->interrupted = false;
    blk_abandon(t);
    rng_abandon(t);
    t->regs[0] = t->on_interrupt;
    t->regs[2] = USER_STACK_TOP - SPAWN_TEXT_MAX;
  }
  kick_idle();
  space_enter(t);
  csr_clear(sstatus, SSTATUS_SPP);
  csr_set(sstatus, SSTATUS_SPIE);
  unlock_and_set_timer(h);
  enter_user(t);
}

/* Finds this hart the next task in turn; waits for one in WFI. */
void schedule(void) {
  static int last;
  struct hart *h = this_hart();
  for (;;) {
    for (int i = 1; i <= MAX_TASKS; i++) {
      int slot = (last + i) % MAX_TASKS;
      if (tasks[slot].state == TASK_READY) {
        last = slot;
        pick_up(&tasks[slot]);
        task_resume(&tasks[slot]);
      }
    }
    kernel_space_enter();
    h->idle = true;
    unlock_and_set_timer(h);
    asm volatile("wfi" ::: "memory");
    kernel_lock();
    h->idle = false;
    handle_pending();
  }
}

/* Waits for the end of a task; used by syscall.c. */
bool task_wait(struct task *t, uint32_t id) {
  if (task_find(id) == NULL) return true;
  task_block(t, &task_gone);
  return false;
}
