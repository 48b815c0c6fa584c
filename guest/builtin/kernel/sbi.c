/* Calls to the firmware (RISC-V SBI 2.0, with the legacy calls as a fall-back). */
#include "kernel.h"

bool sbi_has_time, sbi_has_smp, sbi_has_reset, sbi_has_dbcn;

struct sbi_result sbi_call(uint64_t extension, uint64_t function, uint64_t arg0, uint64_t arg1,
                           uint64_t arg2, uint64_t arg3, uint64_t arg4) {
  register uint64_t a0 asm("a0") = arg0;
  register uint64_t a1 asm("a1") = arg1;
  register uint64_t a2 asm("a2") = arg2;
  register uint64_t a3 asm("a3") = arg3;
  register uint64_t a4 asm("a4") = arg4;
  register uint64_t a6 asm("a6") = function;
  register uint64_t a7 asm("a7") = extension;
  asm volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a3), "r"(a4), "r"(a6), "r"(a7)
               : "memory");
  return (struct sbi_result){(int64_t)a0, a1};
}

static bool probe(uint64_t extension) {
  struct sbi_result r = sbi_call(SBI_BASE, 3, extension, 0, 0, 0, 0);
  return r.error == 0 && r.value != 0;
}

void sbi_init(void) {
  sbi_has_time = probe(SBI_TIME);
  sbi_has_smp = probe(SBI_HSM) && probe(SBI_IPI) && probe(SBI_RFENCE);
  sbi_has_reset = probe(SBI_SRST);
  sbi_has_dbcn = probe(SBI_DBCN);
}

/* Prints before there is a UART driver, and after there is no more kernel to speak of. */
void sbi_putchar(char c) {
  if (sbi_has_dbcn) {
    sbi_call(SBI_DBCN, 2, (uint8_t)c, 0, 0, 0, 0);
  } else {
    sbi_call(1, 0, (uint8_t)c, 0, 0, 0, 0);
  }
}

void sbi_set_timer(uint64_t time) {
  sbi_call(sbi_has_time ? SBI_TIME : 0, 0, time, 0, 0, 0, 0);
}

void sbi_send_ipi(uint64_t hart_id) {
  sbi_call(SBI_IPI, 0, 1, hart_id, 0, 0, 0);
}

/* Other harts forget what they cached of an address space that has lost pages. */
void sbi_fence_asid(uint32_t asid, uint32_t which_harts) {
  for (int i = 0; i < hart_count; i++) {
    if ((which_harts >> i & 1) && &harts[i] != this_hart()) {
      sbi_call(SBI_RFENCE, 2, 1, harts[i].id, 0, UINT64_MAX, asid);
    }
  }
}

bool sbi_start_hart(uint64_t hart_id, uint64_t physical_entry, uint64_t argument) {
  return sbi_call(SBI_HSM, 0, hart_id, physical_entry, argument, 0, 0).error == 0;
}

void sbi_reset(int how) {
  if (sbi_has_reset) {
    sbi_call(SBI_SRST, 0, how == RESET_REBOOT ? 1 : 0, how == RESET_PANIC ? 1 : 0, 0, 0, 0);
  }
  sbi_call(8, 0, 0, 0, 0, 0, 0); /* legacy shutdown */
  for (;;) asm volatile("wfi");
}
