/* Trap entry and return.
 *
 * In user mode sscratch holds the hart's record, in the kernel it holds 0: so the first instruction
 * tells where the trap came from. User registers go to the task's record (regs[0] holds the pc).
 */
  .text
  .balign 4
  .globl trap_entry
trap_entry:
  csrrw tp, sscratch, tp
  beqz tp, from_kernel
  sd sp, 0(tp)             /* hart->scratch */
  ld sp, 8(tp)             /* hart->task */
  .irp r, 1, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, \
          26, 27, 28, 29, 30, 31
  sd x\r, 8*\r(sp)
  .endr
  ld t0, 0(tp)
  sd t0, 8*2(sp)
  csrrw t0, sscratch, zero
  sd t0, 8*4(sp)
  csrr t0, sepc
  sd t0, 0(sp)
  mv a0, sp
  ld sp, 16(tp)            /* hart->stack_top */
  tail trap_from_user

from_kernel:
  csrrw tp, sscratch, tp
  tail trap_from_kernel

/* void enter_user(struct task *): loads its registers and leaves for user mode. */
  .globl enter_user
enter_user:
  csrw sscratch, tp
  ld t0, 0(a0)
  csrw sepc, t0
  .irp r, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, \
          26, 27, 28, 29, 30, 31
  ld x\r, 8*\r(a0)
  .endr
  ld x10, 8*10(a0)
  sret

/* void fp_save(struct task *), void fp_restore(struct task *): the 32 registers and fcsr. */
  .option push
  .option arch, +f, +d
  .globl fp_save, fp_restore
fp_save:
  addi a0, a0, 8*32
  .irp r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, \
          24, 25, 26, 27, 28, 29, 30, 31
  fsd f\r, 8*\r(a0)
  .endr
  frcsr t0
  sd t0, 8*32(a0)
  ret
fp_restore:
  addi a0, a0, 8*32
  .irp r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, \
          24, 25, 26, 27, 28, 29, 30, 31
  fld f\r, 8*\r(a0)
  .endr
  ld t0, 8*32(a0)
  fscsr t0
  ret
  .option pop
