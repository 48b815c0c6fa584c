/* The other harts: started one by one by SBI HSM, each waits for work in the scheduler. */
#include "kernel.h"

#define STACK 8192

extern uint8_t secondary_start[];
static uint8_t stacks[MAX_HARTS][STACK] __attribute__((aligned(16)));
uint8_t boot_stack[STACK] __attribute__((aligned(16)));
int harts_online = 1;

__attribute__((noreturn)) void secondary_main(void) {
  struct hart *h = this_hart();
  trap_init();
  kernel_lock();
  h->online = true;
  harts_online++;
  schedule();
}

/* Called once; without the SBI extensions for more, the boot hart works alone. */
void smp_start(void) {
  for (int i = 0; i < hart_count; i++) {
    struct hart *h = &harts[i];
    h->stack_top = stacks[i] + STACK;
    if (h == boot_hart || !sbi_has_smp) continue;
    if (!sbi_start_hart(h->id, to_physical(secondary_start), to_physical(h))) {
      printk("hart %lu does not start\n", h->id);
    }
  }
}
