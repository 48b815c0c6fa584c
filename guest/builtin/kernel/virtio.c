/* virtio over mmio: finds the devices, and what their drivers have in common. */
#include "virtio.h"

/* Registers, as indices of 32-bit words (virtio 1.2, 4.2.2). */
enum {
  MAGIC = 0x000 / 4,
  VERSION = 0x004 / 4,
  DEVICE_ID = 0x008 / 4,
  DEVICE_FEATURES = 0x010 / 4,
  DEVICE_FEATURES_SELECT = 0x014 / 4,
  DRIVER_FEATURES = 0x020 / 4,
  DRIVER_FEATURES_SELECT = 0x024 / 4,
  QUEUE_SELECT = 0x030 / 4,
  QUEUE_SIZE_MAX = 0x034 / 4,
  QUEUE_SIZE_SET = 0x038 / 4,
  QUEUE_READY = 0x044 / 4,
  QUEUE_NOTIFY = 0x050 / 4,
  INTERRUPT_STATUS = 0x060 / 4,
  INTERRUPT_ACK = 0x064 / 4,
  STATUS = 0x070 / 4,
  QUEUE_DESCRIPTORS = 0x080 / 4, /* each of these three is followed by its high half */
  QUEUE_AVAILABLE = 0x090 / 4,
  QUEUE_USED = 0x0a0 / 4,
};
#define CONFIG 0x100

#define ACKNOWLEDGE 1
#define DRIVER 2
#define DRIVER_OK 4
#define FEATURES_OK 8
#define FAILED 128

#define ID_NET 1
#define ID_BLOCK 2
#define ID_ENTROPY 4
#define ID_INPUT 18

#define fence() asm volatile("fence iorw, iorw" ::: "memory")

bool virtio_start(struct virtio *v, uint64_t wanted) {
  volatile uint32_t *r = v->registers;
  r[STATUS] = 0;
  while (r[STATUS] != 0) continue;
  r[STATUS] = ACKNOWLEDGE;
  r[STATUS] = ACKNOWLEDGE | DRIVER;
  r[DEVICE_FEATURES_SELECT] = 0;
  uint64_t offered = r[DEVICE_FEATURES];
  r[DEVICE_FEATURES_SELECT] = 1;
  offered |= (uint64_t)r[DEVICE_FEATURES] << 32;
  v->features = offered & (wanted | F_VERSION_1);
  r[DRIVER_FEATURES_SELECT] = 0;
  r[DRIVER_FEATURES] = (uint32_t)v->features;
  r[DRIVER_FEATURES_SELECT] = 1;
  r[DRIVER_FEATURES] = (uint32_t)(v->features >> 32);
  r[STATUS] = ACKNOWLEDGE | DRIVER | FEATURES_OK;
  if ((v->features & F_VERSION_1) && (r[STATUS] & FEATURES_OK)) return true;
  r[STATUS] = FAILED;
  return false;
}

static void set_address(volatile uint32_t *low, volatile void *address) {
  uint64_t pa = to_physical((const void *)address);
  low[0] = (uint32_t)pa;
  low[1] = (uint32_t)(pa >> 32);
}

bool virtio_queue(struct virtio *v, struct queue *q, uint16_t number) {
  volatile uint32_t *r = v->registers;
  r[QUEUE_SELECT] = number;
  uint32_t max = r[QUEUE_SIZE_MAX];
  uint8_t *page = page_alloc();
  if (page == NULL || r[QUEUE_READY] != 0 || max < QUEUE_SIZE) return false;
  q->descriptors = (void *)page;
  q->available = (void *)(page + 512);
  q->used = (void *)(page + 1024);
  q->number = number;
  q->seen = 0;
  r[QUEUE_SIZE_SET] = QUEUE_SIZE;
  set_address(&r[QUEUE_DESCRIPTORS], q->descriptors);
  set_address(&r[QUEUE_AVAILABLE], q->available);
  set_address(&r[QUEUE_USED], q->used);
  r[QUEUE_READY] = 1;
  return true;
}

void virtio_go(struct virtio *v, void (*handler)(void *), void *argument) {
  plic_enable(v->irq, handler, argument);
  v->registers[STATUS] = ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK;
}

uint8_t virtio_config(const struct virtio *v, uint32_t offset) {
  return ((volatile uint8_t *)v->registers)[CONFIG + offset];
}

void virtio_acknowledge(struct virtio *v) {
  v->registers[INTERRUPT_ACK] = v->registers[INTERRUPT_STATUS];
}

void queue_offer(struct virtio *v, struct queue *q, uint16_t head) {
  uint16_t index = q->available->index;
  q->available->ring[index % QUEUE_SIZE] = head;
  fence();
  q->available->index = index + 1;
  fence();
  bool wanted = v->features & F_EVENT_INDEX ? q->used->available_event == index
                                            : (q->used->flags & 1) == 0;
  if (wanted) v->registers[QUEUE_NOTIFY] = q->number;
}

bool queue_take(struct virtio *v, struct queue *q, uint16_t *head, uint32_t *length) {
  if (q->used->index == q->seen && (v->features & F_EVENT_INDEX)) {
    q->available->used_event = q->seen; /* interrupt at the next one */
    fence();
  }
  if (q->used->index == q->seen) return false; /* looked at again: one may have come just now */
  fence();
  *head = (uint16_t)q->used->ring[q->seen % QUEUE_SIZE].id;
  *length = q->used->ring[q->seen % QUEUE_SIZE].length;
  q->seen++;
  return true;
}

void virtio_init(void) {
  for (int i = 0; i < machine.virtio_count; i++) {
    struct virtio v = {to_virtual(machine.virtio[i].base), machine.virtio[i].irq, 0};
    uint32_t id = v.registers[DEVICE_ID];
    if (v.registers[MAGIC] != 0x74726976 || id == 0) continue;
    if (v.registers[VERSION] != 2) {
      printk("virtio: device %u at 0x%lx is a legacy one, left alone\n", id,
             machine.virtio[i].base);
    } else if (id == ID_BLOCK) {
      blk_probe(&v);
    } else if (id == ID_NET) {
      net_probe(&v);
    } else if (id == ID_ENTROPY) {
      rng_probe(&v);
    } else if (id == ID_INPUT) {
      input_probe(&v);
    } else {
      printk("virtio: no driver for device %u\n", id);
    }
  }
}
