/* Way into and out of user mode, and the programs that run there. */
#include "system.h"

  .text
/* void enter_user(struct frame *): returns when trap() has no frame to go on with. */
  .globl enter_user
enter_user:
  addi sp, sp, -112
  sd ra, 0(sp)
  .irp r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
  sd s\r, 8*\r+8(sp)
  .endr
  la t0, kernel_stack
  sd sp, 0(t0)
  li t0, 0x100             /* sstatus.SPP: sret goes to U-mode */
  csrc sstatus, t0
resume:
  csrw sscratch, a0
  ld t0, 0(a0)
  csrw sepc, t0
  .irp r, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, \
          26, 27, 28, 29, 30, 31
  ld x\r, 8*\r+8(a0)
  .endr
  ld a0, 8*10+8(a0)
  sret

  .balign 4
  .globl trap_entry
trap_entry:
  csrrw a0, sscratch, a0   /* the frame */
  .irp r, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, \
          26, 27, 28, 29, 30, 31
  sd x\r, 8*\r+8(a0)
  .endr
  csrr t0, sscratch
  sd t0, 8*10+8(a0)
  csrr t0, sepc
  sd t0, 0(a0)
  csrr a1, scause
  csrr a2, stval
  la t0, kernel_stack
  ld sp, 0(t0)
  call trap
  bnez a0, resume
  .irp r, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
  ld s\r, 8*\r+8(sp)
  .endr
  ld ra, 0(sp)
  addi sp, sp, 112
  ret

  .bss
  .balign 8
kernel_stack:
  .space 8

/* The programs: s0 = how many times, s1 = a sum which the kernel reads at the end. Between two events
 * they compute for about as long as the kernel does. */
  .section .rodata
  .balign 4
  .globl user_program, user_program_end, user_calls, user_switches, user_faults, user_timers
user_program:
compute_a_little:
  li t4, 32
1:
  slli t3, s1, 13
  xor s1, s1, t3
  srli t3, s1, 7
  xor s1, s1, t3
  addi t4, t4, -1
  bnez t4, 1b
  ret

user_calls:
  jal compute_a_little
  mv a0, s1
  li a7, CALL_ADD
  ecall
  add s1, s1, a0
  addi s0, s0, -1
  bnez s0, user_calls
  j leave

user_switches:
  jal compute_a_little
  li t0, TOUCHED
  li t1, 4096
  li t2, TOUCHED_PAGES
1:
  ld t3, 0(t0)
  add s1, s1, t3
  add t3, t3, s0
  sd t3, 0(t0)
  add t0, t0, t1
  addi t2, t2, -1
  bnez t2, 1b
  li a7, CALL_YIELD
  ecall
  addi s0, s0, -1
  bnez s0, user_switches
  j leave

user_faults:
  jal compute_a_little
  li t1, FAULTING
  andi t0, s0, FAULTING_PAGES - 1
  slli t0, t0, 12
  add t0, t0, t1
  sd s0, 0(t0)
  ld t1, 0(t0)
  add s1, s1, t1
  addi s0, s0, -1
  bnez s0, user_faults
  j leave

user_timers:
  jal compute_a_little
  li a7, CALL_TIMER
  ecall                    /* the interrupt comes at the next instruction */
  add s1, s1, s0
  addi s0, s0, -1
  bnez s0, user_timers

leave:
  li a7, CALL_EXIT
  ecall
user_program_end:
