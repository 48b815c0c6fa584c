/* The end in good order: what was printed is out, what was written is on the disk. */
#include "kernel.h"

void power(int how, const char *said) {
  printk("%s\n", said);
  console_flush();
  blk_flush_now();
  sbi_reset(how);
}
