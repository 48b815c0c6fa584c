/* What an operating system makes a machine do: system calls, address space switches, page faults with
 * remapping, timer interrupts. All traps come from user mode and are taken in S-mode, where all
 * registers are saved and loaded as Linux does. */
#include "common/kernel.h"
#include "system.h"

#define SPACES 2
#define ASID(space) ((uint64_t)((space) + 1) << 44)
#define SV39 (8ul << 60)
#define SIE_STIE 0x20ul
#define SCAUSE_TIMER (1ul << 63 | 5)
#define SCAUSE_USER_CALL 8
#define SCAUSE_LOAD_FAULT 13
#define SCAUSE_STORE_FAULT 15
#define STIMECMP "0x14d"
#define RESIDENT 4

const char kernel_name[] = "system";
const uint64_t kernel_rounds = 20;
const uint64_t kernel_arena = 64 * PAGE;

struct frame {
  uint64_t pc;
  uint64_t x[32];
};

extern char user_program[], user_program_end[], user_calls[], user_switches[], user_faults[],
    user_timers[];
void trap_entry(void);
void enter_user(struct frame *frame);
struct frame *trap(struct frame *frame, uint64_t cause, uint64_t value);

static struct frame frames[SPACES];
static uint64_t *roots[SPACES];
static int current;
static uint64_t calls, interrupts, faults;
static uint64_t resident[RESIDENT];

static void map_user(uint64_t *root, uint64_t address, uint64_t page, uint64_t rights) {
  *entry_of(root, address) = page >> 12 << 10 | rights | PTE_U | PTE_V | PTE_A | PTE_D;
}

/* Both spaces hold the kernel, and a program of their own with pages of their own. */
void kernel_prepare(void) {
  uint64_t free = ARENA;
  char *code = (char *)free;
  free += PAGE;
  for (char *p = user_program; p < user_program_end; p++) *code++ = *p;
  __asm__ volatile("fence.i");
  for (int s = 0; s < SPACES; s++) {
    roots[s] = new_table();
    for (int i = 0; i < 512; i++) roots[s][i] = root_table[i];
    roots[s][USER_BASE >> 30] = 0;
    map_user(roots[s], USER_BASE, ARENA, PTE_R | PTE_X);
    for (uint64_t i = 0; i < TOUCHED_PAGES; i++, free += PAGE)
      map_user(roots[s], TOUCHED + i * PAGE, free, PTE_R | PTE_W);
  }
  __asm__ volatile("csrw stvec, %0" ::"r"(trap_entry));
  __asm__ volatile("csrw " STIMECMP ", %0" ::"r"(-1l));
  __asm__ volatile("csrs sie, %0" ::"r"(SIE_STIE));
}

static void use_space(int space) {
  current = space;
  __asm__ volatile("csrw satp, %0; sfence.vma zero, %1" ::"r"(SV39 | ASID(space) |
                                                               (uint64_t)roots[space] >> 12),
                   "r"((uint64_t)space + 1)
                   : "memory");
}

static void forget(uint64_t address) {
  __asm__ volatile("sfence.vma %0, %1" ::"r"(address), "r"((uint64_t)current + 1) : "memory");
}

/* The page that was touched is mapped, and of the earlier ones the oldest is not any longer. */
static void page_fault(uint64_t address) {
  uint64_t page = address & -PAGE;
  uint64_t *oldest = &resident[faults++ % RESIDENT];
  if (*oldest) {
    *entry_of(roots[current], *oldest) = 0;
    forget(*oldest);
  }
  *oldest = page;
  map_user(roots[current], page, ARENA + 32 * PAGE + (faults % RESIDENT) * PAGE, PTE_R | PTE_W);
  forget(page);
}

static struct frame *call(struct frame *frame) {
  frame->pc += 4;
  switch (frame->x[17]) {
    case CALL_ADD:
      calls++;
      frame->x[10] += calls;
      return frame;
    case CALL_YIELD:
      use_space(1 - current);
      return &frames[current];
    case CALL_TIMER: /* due at once, so that the work does not depend on the machine's clock */
      __asm__ volatile("csrw " STIMECMP ", zero");
      return frame;
    default:
      return 0;
  }
}

/* Called with all registers of the program in its frame; the frame to go on with, or none. */
struct frame *trap(struct frame *frame, uint64_t cause, uint64_t value) {
  switch (cause) {
    case SCAUSE_USER_CALL:
      return call(frame);
    case SCAUSE_TIMER:
      interrupts++;
      __asm__ volatile("csrw " STIMECMP ", %0" ::"r"(-1l));
      return frame;
    case SCAUSE_LOAD_FAULT:
    case SCAUSE_STORE_FAULT:
      if (value - FAULTING < FAULTING_PAGES * PAGE) {
        page_fault(value);
        return frame;
      }
      break;
    default:
      break;
  }
  print("\ncause ");
  print_hex(cause);
  print(" value ");
  print_hex(value);
  print(" pc ");
  print_hex(frame->pc);
  power_off(1);
}

static uint64_t run(const char *program, uint64_t times, uint64_t round) {
  calls = interrupts = faults = 0;
  for (int s = 0; s < SPACES; s++) {
    frames[s].pc = USER_BASE + (uint64_t)(program - user_program);
    frames[s].x[8] = times;
    frames[s].x[9] = round;
  }
  for (uint64_t i = 0; i < SPACES * TOUCHED_PAGES; i++) *(uint64_t *)(ARENA + (1 + i) * PAGE) = 0;
  for (int i = 0; i < RESIDENT; i++) {
    if (resident[i]) *entry_of(roots[0], resident[i]) = 0;
    resident[i] = 0;
  }
  use_space(0);
  enter_user(&frames[0]);
  uint64_t sum = calls + 3 * interrupts + 5 * faults;
  for (int s = 0; s < SPACES; s++) sum = sum * 31 + frames[s].x[9];
  return sum;
}

static uint64_t system_calls(uint64_t round) { return run(user_calls, 200000, round); }
static uint64_t switches(uint64_t round) { return run(user_switches, 8000, round); }
static uint64_t page_faults(uint64_t round) { return run(user_faults, 20000, round); }
static uint64_t timers(uint64_t round) { return run(user_timers, 60000, round); }

const struct part kernel_parts[] = {{"calls", system_calls},
                                    {"switches", switches},
                                    {"faults", page_faults},
                                    {"timers", timers},
                                    {0, 0}};
