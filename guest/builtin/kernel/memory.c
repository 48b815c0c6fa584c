/* Physical pages and Sv39 page tables (Privileged Architecture, 4.4). */
#include "kernel.h"

extern uint8_t kernel_start[], rodata_start[], data_start[], kernel_end[];

uint64_t *kernel_root;
uint64_t kernel_table_physical; /* what a secondary hart loads, while translation is off */
uint64_t boot_table[512] __attribute__((aligned(4096))); /* made and used by head.S alone */

/* ---- pages: never-used memory is cut from the front, given-back pages form a list ---- */
static uint64_t next_fresh, pool_end, free_count;
static void *free_list;

/* The first page at or after `at` that no reserved region touches. */
static uint64_t skip_reserved(uint64_t at) {
  for (int i = 0; i < machine.reserved_count; i++) {
    struct region r = machine.reserved[i];
    if (at + PAGE > r.base && at < r.base + r.size) {
      at = (r.base + r.size + PAGE - 1) & ~(PAGE - 1);
      i = -1; /* another region may start right there */
    }
  }
  return at;
}

void *page_alloc(void) {
  void *page;
  if (free_list != NULL) {
    page = free_list;
    free_list = *(void **)page;
  } else {
    next_fresh = skip_reserved(next_fresh);
    if (next_fresh + PAGE > pool_end) return NULL;
    page = to_virtual(next_fresh);
    next_fresh += PAGE;
  }
  free_count--;
  return memset(page, 0, PAGE);
}

void page_free(void *page) {
  *(void **)page = free_list;
  free_list = page;
  free_count++;
}

uint64_t pages_free(void) { return free_count; }

static void count_pages(void) {
  for (uint64_t at = skip_reserved(next_fresh); at + PAGE <= pool_end;) {
    uint64_t stop = pool_end; /* up to the next reserved region */
    for (int i = 0; i < machine.reserved_count; i++) {
      uint64_t base = machine.reserved[i].base & ~(PAGE - 1);
      if (base >= at && base < stop) stop = base;
    }
    free_count += (stop - at) / PAGE;
    at = skip_reserved(stop);
  }
}

/* ---- page tables ---- */
static uint64_t make_entry(uint64_t pa, uint64_t flags) { return pa >> 2 | flags | PTE_V; }

static uint64_t *entry_table(uint64_t entry) { return to_virtual((entry >> 10) * PAGE); }

static bool is_leaf(uint64_t entry) { return (entry & (PTE_R | PTE_W | PTE_X)) != 0; }

/* The table below an entry, made when missing. */
static uint64_t *next_table(uint64_t *entry) {
  if ((*entry & PTE_V) == 0) {
    void *table = page_alloc();
    if (table == NULL) return NULL;
    *entry = make_entry(to_physical(table), 0);
  }
  return entry_table(*entry);
}

bool page_map(uint64_t *root, uint64_t va, uint64_t pa, uint64_t flags) {
  uint64_t *middle = next_table(&root[va >> 30 & 511]);
  uint64_t *last = middle == NULL ? NULL : next_table(&middle[va >> 21 & 511]);
  if (last == NULL) return false;
  last[va >> 12 & 511] = make_entry(pa, flags);
  return true;
}

uint64_t *page_entry(uint64_t *root, uint64_t va) {
  uint64_t entry = root[va >> 30 & 511];
  if ((entry & PTE_V) == 0) return NULL;
  entry = entry_table(entry)[va >> 21 & 511];
  if ((entry & PTE_V) == 0) return NULL;
  return &entry_table(entry)[va >> 12 & 511];
}

uint32_t page_unmap_range(uint64_t *root, uint64_t from, uint64_t to) {
  uint32_t freed = 0;
  for (uint64_t va = from; va < to;) {
    uint64_t *entry = page_entry(root, va);
    if (entry == NULL) { /* nothing in these 2 MiB */
      va = (va | (2 * MIB - 1)) + 1;
      continue;
    }
    if (*entry & PTE_OWNED) {
      page_free(entry_table(*entry));
      freed++;
    }
    *entry = 0;
    va += PAGE;
  }
  return freed;
}

/* A root with the kernel's half in it. The kernel's half of the root never changes again. */
uint64_t *page_table_new(void) {
  uint64_t *root = page_alloc();
  if (root != NULL) memcpy(root + 256, kernel_root + 256, PAGE / 2);
  return root;
}

static void free_level(uint64_t *table, int entries, int level) {
  for (int i = 0; i < entries; i++) {
    if ((table[i] & PTE_V) == 0) continue;
    if (!is_leaf(table[i])) {
      free_level(entry_table(table[i]), 512, level - 1);
    } else if (table[i] & PTE_OWNED) {
      page_free(entry_table(table[i]));
    }
  }
  page_free(table);
}

/* Frees a root, the tables of its user half and the pages that are its own. */
void page_table_free(uint64_t *root) { free_level(root, 256, 2); }

void kernel_space_enter(void) {
  csr_write(satp, 8ul << 60 | to_physical(kernel_root) / PAGE);
}

#define KERNEL_RW (PTE_R | PTE_W | PTE_G | PTE_A | PTE_D)

/* The gigabyte with the kernel in it: megapages from the kernel's end to the end of memory, and
 * 4 KiB pages, with W^X, for the megapage that holds the kernel. The firmware below stays out. */
static void map_kernel_gigabyte(uint64_t memory_end) {
  uint64_t base = (uint64_t)to_virtual(KERNEL_PHYSICAL);
  uint64_t *middle = page_alloc();
  kernel_root[base >> 30 & 511] = make_entry(to_physical(middle), 0);
  uint64_t end = (KERNEL_PHYSICAL & ~(GIB - 1)) + GIB;
  if (end > memory_end) end = memory_end;
  for (uint64_t pa = KERNEL_PHYSICAL + 2 * MIB; pa + 2 * MIB <= end; pa += 2 * MIB) {
    middle[pa >> 21 & 511] = make_entry(pa, KERNEL_RW);
  }
  for (uint64_t va = base; va < base + 2 * MIB; va += PAGE) {
    uint64_t flags = va < (uint64_t)rodata_start ? PTE_R | PTE_X | PTE_G | PTE_A
                     : va < (uint64_t)data_start ? PTE_R | PTE_G | PTE_A
                                                 : KERNEL_RW;
    page_map(kernel_root, va, va - KERNEL_OFFSET, flags);
  }
}

void memory_init(void) {
  /* The last odd megabytes are left alone: megapages are whole. */
  uint64_t end = (machine.memory.base + machine.memory.size) & ~(2 * MIB - 1);
  if (end > 255 * GIB) end = 255 * GIB;
  next_fresh = to_physical(kernel_end);
  pool_end = end;
  count_pages();
  kernel_root = page_alloc();
  map_kernel_gigabyte(end);
  kernel_root[256] = make_entry(0, KERNEL_RW); /* devices */
  for (uint64_t pa = (KERNEL_PHYSICAL & ~(GIB - 1)) + GIB; pa < end; pa += GIB) {
    kernel_root[256 + pa / GIB] = make_entry(pa, KERNEL_RW);
  }
  kernel_table_physical = to_physical(kernel_root);
  kernel_space_enter();
  asm volatile("sfence.vma" ::: "memory");
}
