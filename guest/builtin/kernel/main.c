/* From the device tree to the first task. */
#include "kernel.h"

static const char first_program[] = "sh";

__attribute__((noreturn)) void kernel_main(uint64_t hart_id, uint64_t tree) {
  sbi_init();
  fdt_parse(to_virtual(tree));
  for (int i = 0; i < hart_count; i++) {
    if (harts[i].id == hart_id) boot_hart = &harts[i];
  }
  if (boot_hart == NULL) panic("hart %lu is not in the device tree", hart_id);
  asm volatile("mv tp, %0" ::"r"(boot_hart));
  boot_hart->online = true;
  printk("tinykernel " TINY_VERSION ": hart %lu of %d, %lu MiB at 0x%lx, %lu Hz, timer %s\n",
         hart_id, hart_count, machine.memory.size / MIB, machine.memory.base, machine.timebase,
         machine.sstc ? "sstc" : "sbi");
  printk("arguments: %s\n", machine.bootargs);
  memory_init();
  shared_page = page_alloc();
  trap_init();
  plic_init();
  console_init();
  virtio_init();
  kernel_lock();
  smp_start();
  if (task_spawn(first_program, 0, "") == NULL) panic("no memory for the first task");
  schedule();
}
