/* Entered in M-mode at 0x80000000: a0 = hart, a1 = device tree. Hands everything to S-mode and goes
 * there. The same image runs on any machine laid out like QEMU's virt, without firmware. */

#define MENVCFG 0x30a
#define MSTATUS_FS_INITIAL 0x2000
#define MSTATUS_MPP_S 0x800

  .section .head, "ax"
  .globl _start
_start:
  csrw mie, zero
  csrr t0, mhartid
  bnez t0, park
  la t0, machine_trap
  csrw mtvec, t0
  li t0, -1
  csrw pmpaddr0, t0
  li t0, 0x1f              /* NAPOT, R W X: all of memory */
  csrw pmpcfg0, t0
  li t0, 0xb1ff            /* every exception but calls from S and M */
  csrw medeleg, t0
  li t0, 0x222
  csrw mideleg, t0
  li t0, 7                 /* S-mode reads cycle, time and instret */
  csrw mcounteren, t0
  csrw scounteren, t0
  li t0, 1
  slli t0, t0, 63          /* STCE: stimecmp */
  csrw MENVCFG, t0
  li t0, MSTATUS_FS_INITIAL | MSTATUS_MPP_S
  csrw mstatus, t0
  la t0, supervisor
  csrw mepc, t0
  mret

park:
  wfi
  j park

  .balign 4
machine_trap:              /* nothing should come here */
  li t0, 0x100000
  li t1, 0x00053333
  sw t1, 0(t0)
  j park

supervisor:
  csrw satp, zero
  csrw sie, zero
  la t0, supervisor_trap
  csrw stvec, t0
  la sp, stack_top
  mv a0, a1
  tail start

  .balign 4
supervisor_trap:           /* a kernel with traps of its own sets another stvec */
  csrr a0, scause
  csrr a1, sepc
  csrr a2, stval
  la sp, stack_top
  tail unexpected_trap

  .bss
  .balign 16
  .space 16384
stack_top:
