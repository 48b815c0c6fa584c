/* The supervisor timer: the stimecmp register where the device tree promises Sstc, else SBI. */
#include "kernel.h"

#define STIMECMP 0x14d

/* Sets this hart's timer; NEVER switches it off. Costs nothing when it stands there already. */
void timer_set(uint64_t time) {
  struct hart *h = this_hart();
  if (h->timer == time) return;
  h->timer = time;
  if (machine.sstc) {
    asm volatile("csrw %0, %1" ::"i"(STIMECMP), "r"(time) : "memory");
  } else {
    sbi_set_timer(time);
  }
}
