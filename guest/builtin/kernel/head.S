/* Image header and the way from the loader to C.
 *
 * Entered in S-mode with translation off, at the physical address of _start, a0 = hart id,
 * a1 = physical address of the device tree. The first 64 bytes are the header of a Linux Image for
 * RISC-V (Documentation/arch/riscv/boot-image-header.rst), so that loaders take it for a kernel.
 */
#include "../common/abi.h"

#define OFFSET 0xffffffc000000000
#define SATP_SV39 (8 << 60)
#define GIGA_RWX 0xef /* V R W X G A D */

  .section .head, "ax"
  .globl _start
_start:
  .option push
  .option norvc
  j boot
  nop
  .option pop
  .dword 0x200000          /* offset from the start of RAM */
  .dword image_size        /* with the bss, from the linker script */
  .dword 0                 /* flags: little endian */
  .word 2                  /* header version 0.2 */
  .word 0
  .dword 0
  .ascii "RISCV\0\0\0"
  .ascii "RSC\x05"
  .word 0

boot:
  csrw sie, zero
  la t0, bss_start         /* loaders need not clear it */
  la t1, bss_end
1:
  sd zero, 0(t0)
  addi t0, t0, 8
  bltu t0, t1, 1b
  /* A first page table: the upper half maps all physical memory by gigapages. memory.c makes the
   * real one, with W^X, as soon as it knows what there is. */
  la t0, boot_table
  li t1, GIGA_RWX
  li t2, 256
  addi t0, t0, 1024
  addi t0, t0, 1024
1:
  sd t1, 0(t0)
  li t3, 1 << 28
  add t1, t1, t3
  addi t0, t0, 8
  addi t2, t2, -1
  bnez t2, 1b
  la t0, boot_table
  jal translation_on
  la sp, boot_stack
  li t0, 8192
  add sp, sp, t0
  li tp, 0
  tail kernel_main

/* A secondary hart, started by SBI HSM: a0 = hart id, a1 = physical address of its struct hart. */
  .balign 4
  .globl secondary_start
secondary_start:
  csrw sie, zero
  la t0, kernel_table_physical
  ld t0, 0(t0)
  jal translation_on
  li t0, OFFSET
  add tp, a1, t0
  ld sp, 16(tp)
  tail secondary_main

/* Turns Sv39 on with the root table at physical address t0 and returns to the upper half. Nothing
 * maps the code at its physical address: the fetch after the write to satp faults, and stvec leads
 * it to the same place in the upper half. */
translation_on:
  li t1, OFFSET
  la t2, 1f
  add t2, t2, t1
  csrw stvec, t2
  add ra, ra, t1
  srli t0, t0, 12
  li t2, SATP_SV39
  or t0, t0, t2
  sfence.vma
  csrw satp, t0
  .balign 4
1:
  la t0, trap_entry
  csrw stvec, t0
  csrw sscratch, zero
  ret

/* The user program, as its own link left it. */
  .section .rodata.user, "a"
  .balign 4096
  .globl user_image, user_image_end
user_image:
  .incbin USER_IMAGE
user_image_end:
  .balign 4096
