/* Types and functions that the parts of the kernel share.
 *
 * Rules that hold everywhere: the kernel runs with interrupts off (sstatus.SIE = 0) and under one
 * lock, taken on the way in from user mode and given back on the way out or before WFI. It has one
 * stack a hart and none a task, so nothing in it ever blocks: a system call that must wait parks
 * its task with the pc still at the `ecall`, and runs again from the start when woken.
 */
#ifndef TINY_KERNEL_H
#define TINY_KERNEL_H

#include "../common/abi.h"

/* ---- addresses: RAM and devices appear in the upper half of Sv39, at a fixed distance ---- */
#define KERNEL_OFFSET 0xffffffc000000000ul
#define KERNEL_PHYSICAL 0x80200000ul
#define PAGE 4096ul
#define MIB (1ul << 20)
#define GIB (1ul << 30)

static inline void *to_virtual(uint64_t physical) { return (void *)(physical + KERNEL_OFFSET); }
static inline uint64_t to_physical(const void *p) { return (uint64_t)p - KERNEL_OFFSET; }

/* ---- control and status registers ---- */
#define csr_read(name) ({ uint64_t v_; asm volatile("csrr %0, " #name : "=r"(v_)); v_; })
#define csr_write(name, v) asm volatile("csrw " #name ", %0" ::"rK"(v) : "memory")
#define csr_set(name, v) asm volatile("csrs " #name ", %0" ::"rK"(v) : "memory")
#define csr_clear(name, v) asm volatile("csrc " #name ", %0" ::"rK"(v) : "memory")

#define SSTATUS_SPIE (1ul << 5)
#define SSTATUS_SPP (1ul << 8)
#define SSTATUS_FS (3ul << 13)
#define FS_INITIAL (1ul << 13)
#define FS_CLEAN (2ul << 13)
#define INT_SOFTWARE (1ul << 1)
#define INT_TIMER (1ul << 5)
#define INT_EXTERNAL (1ul << 9)
#define NEVER UINT64_MAX

static inline uint64_t time_now(void) { return csr_read(time); }

/* ---- harts and tasks ---- */
enum task_state { TASK_FREE, TASK_READY, TASK_RUNNING, TASK_BLOCKED };

struct task {
  uint64_t regs[32]; /* trap.S relies on this being first; regs[0] holds the pc */
  uint64_t fp[32], fcsr;
  bool has_fp; /* fp[] is meaningful */
  enum task_state state;
  uint32_t id;
  uint32_t asid;
  uint64_t *root;      /* page table */
  const void *waiting; /* what a blocked task waits for */
  uint64_t wake_at;    /* time at which it wakes in any case; NEVER: none */
  uint64_t heap;       /* bytes of heap it may touch */
  uint64_t on_interrupt; /* where Ctrl-C sends it; 0: nowhere */
  bool interrupted, killed; /* asked for, done when it next leaves the kernel */
  struct hart *hart;        /* while RUNNING */
  uint32_t harts_used;      /* bit i: harts[i] may remember some of its page table */
  uint32_t pages;
  uint64_t ticks;
  char name[16];
};

struct hart {
  uint64_t scratch;     /* offsets 0, 8, 16 are known to trap.S */
  struct task *task;    /* whose registers a trap saves */
  uint8_t *stack_top;
  uint64_t id;          /* as SBI and the device tree name it */
  uint64_t deadline;    /* what its timer is, or is about to be, set to */
  uint64_t timer;       /* what its timer is set to */
  uint64_t quantum_end; /* when the running task has had its turn */
  bool online, idle, kicked;
  uint64_t plic_context;
  uint64_t ticks, interrupts, ipis, switches;
  uint32_t last_id; /* of the task that ran here last */
};

extern struct hart harts[MAX_HARTS]; /* in device tree order */
extern int hart_count;
extern struct hart *boot_hart; /* keeps time for sleepers and takes device interrupts */
extern struct task tasks[MAX_TASKS];

static inline struct hart *this_hart(void) {
  struct hart *h;
  asm volatile("mv %0, tp" : "=r"(h));
  return h;
}

/* ---- fdt.c: what the device tree says about this machine ---- */
#define MAX_VIRTIO 8
#define MAX_RESERVED 8

struct region { uint64_t base, size; };
struct device { uint64_t base; uint32_t irq; }; /* base 0: absent */

struct machine {
  struct region memory;
  uint64_t timebase;
  bool sstc;
  char bootargs[BOOTARGS_MAX];
  struct device uart, plic, rtc;
  struct device virtio[MAX_VIRTIO];
  int virtio_count;
  struct region reserved[MAX_RESERVED]; /* device tree, initrd, firmware */
  int reserved_count;
};

extern struct machine machine;
void fdt_parse(const void *tree);

/* ---- sbi.c ---- */
#define SBI_BASE 0x10
#define SBI_TIME 0x54494D45
#define SBI_IPI 0x735049
#define SBI_RFENCE 0x52464E43
#define SBI_HSM 0x48534D
#define SBI_SRST 0x53525354
#define SBI_DBCN 0x4442434E

struct sbi_result { int64_t error; uint64_t value; };
struct sbi_result sbi_call(uint64_t extension, uint64_t function, uint64_t a0, uint64_t a1,
                           uint64_t a2, uint64_t a3, uint64_t a4);
void sbi_init(void);
extern bool sbi_has_time, sbi_has_smp, sbi_has_reset, sbi_has_dbcn;
void sbi_putchar(char c);
void sbi_set_timer(uint64_t time);
void sbi_send_ipi(uint64_t hart_id);
void sbi_fence_asid(uint32_t asid, uint32_t which_harts); /* bit i: harts[i] */
bool sbi_start_hart(uint64_t hart_id, uint64_t physical_entry, uint64_t argument);
__attribute__((noreturn)) void sbi_reset(int how);

/* ---- console.c ---- */
void console_init(void);
__attribute__((format(printf, 1, 2))) void printk(const char *pattern, ...);
__attribute__((noreturn, format(printf, 1, 2))) void panic(const char *pattern, ...);
void console_interrupt(void);
size_t console_write(const char *bytes, size_t count); /* how many there was room for */
size_t console_read(char *bytes, size_t count);
void console_flush(void);
extern struct task *keyboard_owner; /* whom Ctrl-C interrupts */
extern const char console_input, console_output; /* wait channels */

/* ---- memory.c ---- */
#define PTE_V 1ul
#define PTE_R 2ul
#define PTE_W 4ul
#define PTE_X 8ul
#define PTE_U 16ul
#define PTE_G 32ul
#define PTE_A 64ul
#define PTE_D 128ul
#define PTE_OWNED 256ul /* software bit: the page goes back to the pool with its mapping */

void memory_init(void);
void *page_alloc(void); /* zeroed, or NULL */
void page_free(void *page);
uint64_t pages_free(void);
uint64_t *page_table_new(void);
bool page_map(uint64_t *root, uint64_t va, uint64_t pa, uint64_t flags);
uint64_t *page_entry(uint64_t *root, uint64_t va); /* the 4 KiB leaf's entry, or NULL */
uint32_t page_unmap_range(uint64_t *root, uint64_t from, uint64_t to); /* pages given back */
void page_table_free(uint64_t *root);
void kernel_space_enter(void); /* the kernel's own table, without a user half */

/* ---- space.c: user address spaces ---- */
bool space_create(struct task *t, const char *text);
void space_destroy(struct task *t);
int64_t space_set_heap(struct task *t, uint64_t bytes);
void space_enter(struct task *t);
bool space_fault(struct task *t, uint64_t va, uint64_t need); /* need: PTE_R, PTE_W or PTE_X */
bool copy_to_user(struct task *t, uint64_t va, const void *from, size_t count);
bool copy_from_user(struct task *t, void *to, uint64_t va, size_t count);
extern uint8_t *shared_page;

/* ---- task.c ---- */
struct task *task_spawn(const char *name, uint64_t function, const char *text);
void task_block(struct task *t, const void *channel);
void task_wake(const void *channel);
void task_exit(struct task *t);
void task_interrupt(struct task *t);
struct task *task_find(uint32_t id);
bool task_wait(struct task *t, uint32_t id); /* false: parked until some task ends */
void task_tick(void);
__attribute__((noreturn)) void task_resume(struct task *t); /* back to user mode, or another */
__attribute__((noreturn)) void schedule(void);
void kernel_lock(void);
void kernel_unlock(void);

/* ---- trap.c, trap.S, timer.c, plic.c, smp.c ---- */
extern uint64_t total_interrupts, total_faults, total_calls, total_switches;
void trap_init(void);
void handle_pending(void);
__attribute__((noreturn)) void enter_user(struct task *t);
void fp_save(struct task *t);
void fp_restore(struct task *t);
void timer_set(uint64_t time);
void plic_init(void);
void plic_enable(uint32_t irq, void (*handler)(void *), void *argument);
void plic_interrupt(void);
void smp_start(void);
extern int harts_online;

/* ---- syscall.c ---- */
void syscall(struct task *t);

/* ---- power.c ---- */
__attribute__((noreturn)) void power(int how, const char *said); /* in good order, disk flushed */

/* ---- virtio.c and its drivers ---- */
void virtio_init(void);
void blk_abandon(struct task *t);
void rng_abandon(struct task *t);
void blk_flush_now(void);
uint64_t blk_sectors(void);
bool blk_read_only(void);
bool rng_present(void);
int64_t blk_call(struct task *t, uint64_t op, uint64_t sector, uint64_t va, uint64_t sectors);
int64_t rng_call(struct task *t, uint64_t va, uint64_t length);
int64_t net_send(struct task *t, uint64_t va, uint64_t length);
int64_t net_receive(struct task *t, uint64_t va, uint64_t length);
void net_info(struct sysinfo *info);
#define CALL_BLOCKED INT64_MIN /* result of a call whose task was parked */

#endif
