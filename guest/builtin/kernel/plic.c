/* The platform-level interrupt controller (RISC-V PLIC 1.0): all sources go to the boot hart. */
#include "kernel.h"

#define SOURCES 96
#define PRIORITY(irq) (4ul * (irq))
#define ENABLE(context, irq) (0x2000 + 0x80ul * (context) + 4 * ((irq) / 32))
#define THRESHOLD(context) (0x200000 + 0x1000ul * (context))
#define CLAIM(context) (THRESHOLD(context) + 4)

static struct { void (*handler)(void *); void *argument; } sources[SOURCES];

static volatile uint32_t *plic(uint64_t offset) {
  return (volatile uint32_t *)to_virtual(machine.plic.base + offset);
}

void plic_init(void) {
  if (machine.plic.base == 0) panic("no PLIC");
  uint64_t context = boot_hart->plic_context;
  for (uint32_t word = 0; word < SOURCES; word += 32) *plic(ENABLE(context, word)) = 0;
  *plic(THRESHOLD(context)) = 0;
}

void plic_enable(uint32_t irq, void (*handler)(void *), void *argument) {
  if (irq == 0 || irq >= SOURCES) panic("interrupt %u is out of range", irq);
  sources[irq].handler = handler;
  sources[irq].argument = argument;
  *plic(PRIORITY(irq)) = 1;
  *plic(ENABLE(boot_hart->plic_context, irq)) |= 1u << irq % 32;
}

void plic_interrupt(void) {
  volatile uint32_t *claim = plic(CLAIM(this_hart()->plic_context));
  for (uint32_t irq; (irq = *claim) != 0; *claim = irq) {
    this_hart()->interrupts++;
    total_interrupts++;
    if (irq < SOURCES && sources[irq].handler != NULL) sources[irq].handler(sources[irq].argument);
  }
}
