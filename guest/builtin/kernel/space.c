/* User address spaces: program, shared page, heap and stack; pages come when first touched. */
#include "kernel.h"

/* The program's link puts this in front of it (user/user.ld). */
struct program {
  uint64_t entry, text_end, data_end, bss_end; /* virtual addresses */
};

extern uint8_t user_image[];
uint8_t *shared_page;

static const struct program *program(void) { return (const struct program *)user_image; }

static bool map_owned(struct task *t, uint64_t va, const void *content, size_t count) {
  uint8_t *page = page_alloc();
  if (page == NULL) return false;
  memcpy(page, content, count);
  if (!page_map(t->root, va, to_physical(page), PTE_OWNED | PTE_U | PTE_R | PTE_W)) {
    page_free(page);
    return false;
  }
  t->pages++;
  return true;
}

/* Text is mapped where it lies in the kernel's image, data is copied, and `text` goes to the top of
 * the stack, where the new task finds it by its stack pointer. */
bool space_create(struct task *t, const char *text) {
  const struct program *p = program();
  t->heap = 0;
  t->pages = 0;
  t->root = page_table_new();
  if (t->root == NULL) return false;
  bool ok = page_map(t->root, USER_SHARED, to_physical(shared_page),
                     PTE_U | PTE_R | PTE_W | PTE_A | PTE_D);
  for (uint64_t va = USER_TEXT; ok && va < p->text_end; va += PAGE) {
    ok = page_map(t->root, va, to_physical(user_image + (va - USER_TEXT)), PTE_U | PTE_R | PTE_X);
  }
  for (uint64_t va = p->text_end; ok && va < p->data_end; va += PAGE) {
    uint64_t count = p->data_end - va < PAGE ? p->data_end - va : PAGE;
    ok = map_owned(t, va, user_image + (va - USER_TEXT), count);
  }
  uint8_t top[SPAWN_TEXT_MAX] = {0};
  for (size_t i = 0; i < sizeof top - 1 && text[i] != 0; i++) top[i] = (uint8_t)text[i];
  ok = ok && space_fault(t, USER_STACK_TOP - 8, PTE_W) &&
       copy_to_user(t, USER_STACK_TOP - sizeof top, top, sizeof top);
  if (!ok) space_destroy(t);
  return ok;
}

/* No hart may go on using what its page table said before. */
static void forget(struct task *t) {
  asm volatile("sfence.vma zero, %0" ::"r"((uint64_t)t->asid) : "memory");
  sbi_fence_asid(t->asid, t->harts_used);
  t->harts_used = 1u << (this_hart() - harts);
}

void space_destroy(struct task *t) {
  if (t->root == NULL) return;
  kernel_space_enter();
  page_table_free(t->root);
  t->root = NULL;
  forget(t);
}

int64_t space_set_heap(struct task *t, uint64_t bytes) {
  bytes = (bytes + PAGE - 1) & ~(PAGE - 1);
  if (bytes > USER_HEAP_MAX) return ERR_INVALID;
  if (bytes > t->heap && (bytes - t->heap) / PAGE > pages_free()) return ERR_NO_MEMORY;
  if (bytes < t->heap) {
    t->pages -= page_unmap_range(t->root, USER_HEAP + bytes, USER_HEAP + t->heap);
    forget(t);
  }
  t->heap = bytes;
  return 0;
}

void space_enter(struct task *t) {
  uint64_t satp = 8ul << 60 | (uint64_t)t->asid << 44 | to_physical(t->root) / PAGE;
  if (csr_read(satp) == satp) return;
  csr_write(satp, satp);
  /* A machine may have no address space identifiers: then it reads back 0. */
  if (csr_read(satp) != satp) asm volatile("sfence.vma" ::: "memory");
}

/* May the task have a fresh page of zeros here? */
static bool on_demand(const struct task *t, uint64_t va) {
  return (va >= USER_HEAP && va - USER_HEAP < t->heap) ||
         (va >= USER_STACK_TOP - USER_STACK_SIZE && va < USER_STACK_TOP) ||
         (va >= program()->data_end && va < program()->bss_end);
}

bool space_fault(struct task *t, uint64_t va, uint64_t need) {
  if (va >= 1ul << 38) return false;
  uint64_t *entry = page_entry(t->root, va);
  if (entry != NULL && (*entry & PTE_V)) {
    /* The mapping is right: some machines leave it to us to note the access, others may have
     * remembered that there was no mapping. */
    if ((*entry & need) == 0) return false;
    *entry |= PTE_A | (need == PTE_W ? PTE_D : 0);
  } else {
    if (need == PTE_X || !on_demand(t, va)) return false;
    if (!map_owned(t, va & ~(PAGE - 1), NULL, 0)) return false;
    total_faults++;
  }
  asm volatile("sfence.vma %0, %1" ::"r"(va), "r"((uint64_t)t->asid) : "memory");
  return true;
}

/* Where the kernel sees a user address; faults it in. NULL if the task may not do that there. */
static uint8_t *user_address(struct task *t, uint64_t va, uint64_t need) {
  if (va >= 1ul << 38) return NULL;
  uint64_t *entry = page_entry(t->root, va);
  if (entry == NULL || (*entry & PTE_V) == 0 || (need == PTE_W && (*entry & PTE_D) == 0)) {
    if (!space_fault(t, va, need)) return NULL;
    entry = page_entry(t->root, va);
  }
  if ((*entry & need) == 0) return NULL;
  return (uint8_t *)to_virtual((*entry >> 10 & ((1ul << 44) - 1)) * PAGE) + va % PAGE;
}

static size_t left_in_page(uint64_t va, size_t count) {
  size_t left = PAGE - va % PAGE;
  return count < left ? count : left;
}

bool copy_to_user(struct task *t, uint64_t va, const void *from, size_t count) {
  const uint8_t *p = from;
  while (count > 0) {
    size_t n = left_in_page(va, count);
    uint8_t *to = user_address(t, va, PTE_W);
    if (to == NULL) return false;
    memcpy(to, p, n);
    va += n, p += n, count -= n;
  }
  return true;
}

bool copy_from_user(struct task *t, void *to, uint64_t va, size_t count) {
  uint8_t *p = to;
  while (count > 0) {
    size_t n = left_in_page(va, count);
    const uint8_t *from = user_address(t, va, PTE_R);
    if (from == NULL) return false;
    memcpy(p, from, n);
    va += n, p += n, count -= n;
  }
  return true;
}
