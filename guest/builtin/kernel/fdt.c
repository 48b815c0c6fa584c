/* Reads the flattened device tree (Devicetree Specification 0.4, chapter 5) in one pass: gathers
 * the properties of a node that matter, and looks at it once its properties are over. */
#include "kernel.h"

#define BEGIN_NODE 1
#define END_NODE 2
#define PROPERTY 3
#define NOP 4
#define MAX_DEPTH 8

struct node {
  const char *name;
  const char *compatible, *device_type, *isa, *extensions, *bootargs;
  uint32_t compatible_length, extensions_length;
  const uint8_t *reg, *interrupts, *interrupts_extended;
  uint32_t reg_length, interrupts_extended_length;
  const uint8_t *initrd_start, *initrd_end;
  uint32_t initrd_width;
  uint32_t phandle, timebase;
  uint32_t address_cells, size_cells; /* for its children */
  bool seen;
};

struct machine machine;
struct hart harts[MAX_HARTS];
int hart_count;
static uint32_t hart_intc[MAX_HARTS]; /* phandle of each hart's interrupt controller */
static const uint8_t *plic_contexts;
static uint32_t plic_contexts_length;

static uint32_t big32(const void *p) {
  const uint8_t *b = p;
  return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static uint64_t big_cells(const uint8_t *p, uint32_t cells) {
  uint64_t value = 0;
  for (uint32_t i = 0; i < cells; i++) value = value << 32 | big32(p + 4 * i);
  return value;
}

static void reserve(uint64_t base, uint64_t size) {
  if (size != 0 && machine.reserved_count < MAX_RESERVED) {
    machine.reserved[machine.reserved_count++] = (struct region){base, size};
  }
}

/* Is a word in a list of strings, each with its end mark? */
static bool listed(const char *list, uint32_t length, const char *word) {
  for (uint32_t at = 0; at < length; at += strlen(list + at) + 1) {
    if (strcmp(list + at, word) == 0) return true;
  }
  return false;
}

static bool compatible(const struct node *n, const char *with) {
  return listed(n->compatible, n->compatible_length, with);
}

static struct device device(const struct node *n, const struct node *parent) {
  return (struct device){n->reg == NULL ? 0 : big_cells(n->reg, parent->address_cells),
                         n->interrupts == NULL ? 0 : big32(n->interrupts)};
}

static void look_at_cpu(const struct node *n) {
  if (hart_count == MAX_HARTS || n->reg == NULL) return;
  harts[hart_count++].id = big_cells(n->reg, n->reg_length / 4);
  /* Named extensions follow the single letters, each after an underscore; newer trees list all. */
  machine.sstc = (n->isa != NULL && strstr(n->isa, "_sstc") != NULL) ||
                 listed(n->extensions, n->extensions_length, "sstc");
}

/* Called when all properties of a node are known; parent is where its reg is measured. */
static void look_at(const struct node *n, const struct node *parent) {
  uint32_t cells = parent->address_cells + parent->size_cells;
  if (n->device_type != NULL && strcmp(n->device_type, "memory") == 0) {
    for (uint32_t at = 0; at + 4 * cells <= n->reg_length; at += 4 * cells) {
      struct region r = {big_cells(n->reg + at, parent->address_cells),
                         big_cells(n->reg + at + 4 * parent->address_cells, parent->size_cells)};
      if (r.base <= KERNEL_PHYSICAL && KERNEL_PHYSICAL - r.base < r.size) machine.memory = r;
    }
  } else if (n->device_type != NULL && strcmp(n->device_type, "cpu") == 0) {
    look_at_cpu(n);
  } else if (compatible(n, "riscv,cpu-intc")) {
    if (hart_count > 0) hart_intc[hart_count - 1] = n->phandle;
  } else if (compatible(n, "ns16550a")) {
    machine.uart = device(n, parent);
  } else if (compatible(n, "google,goldfish-rtc")) {
    machine.rtc = device(n, parent);
  } else if (compatible(n, "riscv,plic0") || compatible(n, "sifive,plic-1.0.0")) {
    machine.plic = device(n, parent);
    plic_contexts = n->interrupts_extended;
    plic_contexts_length = n->interrupts_extended_length;
  } else if (compatible(n, "virtio,mmio")) {
    if (machine.virtio_count < MAX_VIRTIO) {
      machine.virtio[machine.virtio_count++] = device(n, parent);
    }
  } else if (strcmp(parent->name, "reserved-memory") == 0 && n->reg_length >= 4 * cells) {
    reserve(big_cells(n->reg, parent->address_cells),
            big_cells(n->reg + 4 * parent->address_cells, parent->size_cells));
  }
  if (n->timebase != 0) machine.timebase = n->timebase;
  if (strcmp(n->name, "chosen") == 0) {
    /* Copied: the tree may lie where the kernel's own page table does not reach. */
    for (size_t i = 0; n->bootargs != NULL && i < BOOTARGS_MAX - 1; i++) {
      if ((machine.bootargs[i] = n->bootargs[i]) == 0) break;
    }
    if (n->initrd_start != NULL && n->initrd_end != NULL) {
      uint64_t start = big_cells(n->initrd_start, n->initrd_width);
      reserve(start, big_cells(n->initrd_end, n->initrd_width) - start);
    }
  }
}

static void property(struct node *n, const char *name, const uint8_t *value, uint32_t length) {
  if (strcmp(name, "compatible") == 0) {
    n->compatible = (const char *)value;
    n->compatible_length = length;
  } else if (strcmp(name, "device_type") == 0) {
    n->device_type = (const char *)value;
  } else if (strcmp(name, "reg") == 0) {
    n->reg = value;
    n->reg_length = length;
  } else if (strcmp(name, "interrupts") == 0) {
    n->interrupts = value;
  } else if (strcmp(name, "interrupts-extended") == 0) {
    n->interrupts_extended = value;
    n->interrupts_extended_length = length;
  } else if (strcmp(name, "phandle") == 0) {
    n->phandle = big32(value);
  } else if (strcmp(name, "#address-cells") == 0) {
    n->address_cells = big32(value);
  } else if (strcmp(name, "#size-cells") == 0) {
    n->size_cells = big32(value);
  } else if (strcmp(name, "timebase-frequency") == 0) {
    n->timebase = big32(value);
  } else if (strcmp(name, "riscv,isa") == 0) {
    n->isa = (const char *)value;
  } else if (strcmp(name, "riscv,isa-extensions") == 0) {
    n->extensions = (const char *)value;
    n->extensions_length = length;
  } else if (strcmp(name, "bootargs") == 0) {
    n->bootargs = (const char *)value;
  } else if (strcmp(name, "linux,initrd-start") == 0) {
    n->initrd_start = value;
    n->initrd_width = length / 4;
  } else if (strcmp(name, "linux,initrd-end") == 0) {
    n->initrd_end = value;
  }
}

/* Which PLIC context is a hart's supervisor mode? The one whose interrupts-extended entry names
 * that hart's controller and cause 9. */
static void find_contexts(void) {
  for (int h = 0; h < hart_count; h++) {
    for (uint32_t i = 0; 8 * i < plic_contexts_length; i++) {
      const uint8_t *entry = plic_contexts + 8 * i;
      if (big32(entry) == hart_intc[h] && big32(entry + 4) == 9) harts[h].plic_context = i;
    }
  }
}

void fdt_parse(const void *tree) {
  static struct node nodes[MAX_DEPTH + 1];
  static const struct node fresh = {.name = "", .address_cells = 2, .size_cells = 1};
  const uint8_t *base = tree;
  if (big32(base) != 0xd00dfeed) panic("no device tree");
  const uint8_t *at = base + big32(base + 8);
  const char *strings = (const char *)base + big32(base + 12);
  machine.timebase = 10000000;
  reserve(to_physical(tree), big32(base + 4));
  int depth = 0; /* nodes[0] stands above the root */
  nodes[0] = fresh;
  nodes[0].seen = true;
  for (;;) {
    uint32_t token = big32(at);
    at += 4;
    if (token == PROPERTY) {
      uint32_t length = big32(at);
      property(&nodes[depth], strings + big32(at + 4), at + 8, length);
      at += 8 + ((length + 3) & ~3u);
      continue;
    }
    if (token == NOP) continue;
    if (depth > 0 && !nodes[depth].seen) {
      nodes[depth].seen = true;
      look_at(&nodes[depth], &nodes[depth - 1]);
    }
    if (token == BEGIN_NODE) {
      if (depth == MAX_DEPTH) panic("device tree too deep");
      nodes[++depth] = fresh;
      nodes[depth].name = (const char *)at;
      at += (strlen((const char *)at) + 4) & ~3ul;
    } else if (token == END_NODE) {
      depth--;
    } else {
      break; /* the end */
    }
  }
  if (machine.memory.size == 0 || hart_count == 0) panic("device tree without memory or harts");
  find_contexts();
}
