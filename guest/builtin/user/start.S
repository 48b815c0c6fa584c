/* What the kernel finds in front of the program (kernel/space.c), and where every task starts:
 * a0 = function to run (0: the shell), a1 = sp = the text it was given. */
  .section .header, "ax"
  .dword _start, text_end, data_end, bss_end
  .globl _start
_start:
  bnez a0, 1f
  la a0, shell_main
1:
  mv t0, a0
  mv a0, a1
  jalr t0
  li a7, 0 /* SYS_EXIT */
  ecall
