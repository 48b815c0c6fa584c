/* Traps: from user mode by cause; from the kernel itself there must be none. */
#include "kernel.h"

#define CAUSE_INTERRUPT (1ul << 63)
#define CAUSE_USER_CALL 8
#define CAUSE_FETCH_PAGE 12
#define CAUSE_LOAD_PAGE 13
#define CAUSE_STORE_PAGE 15

uint64_t total_interrupts, total_faults, total_calls, total_switches;

void trap_init(void) {
  csr_write(scounteren, 7); /* user mode may read cycle, time and instret */
  csr_clear(sstatus, SSTATUS_FS);
  csr_write(sie, INT_SOFTWARE | INT_TIMER | INT_EXTERNAL);
}

/* Serves whatever waits, in user mode's interrupt or after WFI. */
void handle_pending(void) {
  struct hart *h = this_hart();
  uint64_t pending = csr_read(sip);
  if (pending & INT_SOFTWARE) {
    csr_clear(sip, INT_SOFTWARE);
    h->kicked = false;
    h->ipis++;
  }
  if (pending & INT_TIMER) { /* goes away when the timer is set anew, on leaving */
    h->ticks++;
    task_tick();
  }
  if (pending & INT_EXTERNAL) plic_interrupt();
}

/* A fault that no page mends: the shell is sent back to its prompt, any other task ends. */
static void offend(struct task *t, uint64_t cause, uint64_t value) {
  printk("task %u (%s): fault %lu at pc 0x%lx, address 0x%lx\n", t->id, t->name, cause, t->regs[0],
         value);
  if (t->on_interrupt != 0) {
    t->interrupted = true;
  } else {
    t->killed = true;
  }
}

__attribute__((noreturn)) void trap_from_user(struct task *t) {
  uint64_t cause = csr_read(scause), value = csr_read(stval);
  kernel_lock();
  if (cause & CAUSE_INTERRUPT) {
    handle_pending();
  } else if (cause == CAUSE_USER_CALL) {
    total_calls++;
    syscall(t);
  } else {
    uint64_t need = cause == CAUSE_FETCH_PAGE   ? PTE_X
                    : cause == CAUSE_LOAD_PAGE  ? PTE_R
                    : cause == CAUSE_STORE_PAGE ? PTE_W
                                                : 0;
    if (need == 0 || !space_fault(t, value, need)) offend(t, cause, value);
  }
  task_resume(t);
}

__attribute__((noreturn)) void trap_from_kernel(void) {
  panic("trap in the kernel: cause %lu, pc 0x%lx, value 0x%lx", csr_read(scause), csr_read(sepc),
        csr_read(stval));
}
