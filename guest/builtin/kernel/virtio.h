/* A modern virtio-mmio device and its split virtqueues (virtio 1.2, 2.7 and 4.2). */
#ifndef TINY_VIRTIO_H
#define TINY_VIRTIO_H

#include "kernel.h"

#define QUEUE_SIZE 16

#define DESC_NEXT 1
#define DESC_WRITE 2 /* the device writes it */
#define DESC_INDIRECT 4

#define F_INDIRECT (1ul << 28)
#define F_EVENT_INDEX (1ul << 29)
#define F_VERSION_1 (1ul << 32)

/* struct virtq_desc { le64 addr; le32 len; le16 flags; le16 next; } */
struct descriptor { uint64_t address; uint32_t length; uint16_t flags, next; };

struct available {
  uint16_t flags, index, ring[QUEUE_SIZE], used_event;
};

struct used {
  uint16_t flags, index;
  struct { uint32_t id, length; } ring[QUEUE_SIZE];
  uint16_t available_event;
};

struct queue {
  volatile struct descriptor *descriptors; /* one page holds all three parts */
  volatile struct available *available;
  volatile struct used *used;
  uint16_t number, size, seen; /* seen: used entries taken so far */
};

struct virtio {
  volatile uint32_t *registers;
  uint32_t irq;
  uint64_t features; /* agreed on */
};

/* Resets the device and agrees on VERSION_1 and what both sides want. */
bool virtio_start(struct virtio *v, uint64_t wanted);
bool virtio_queue(struct virtio *v, struct queue *q, uint16_t number);
void virtio_go(struct virtio *v, void (*handler)(void *), void *argument);
uint8_t virtio_config(const struct virtio *v, uint32_t offset);
void virtio_acknowledge(struct virtio *v);
/* Offers the chain that starts at a descriptor, and tells the device unless it asked not to. */
void queue_offer(struct virtio *v, struct queue *q, uint16_t head);
/* Takes back one chain the device is done with. */
bool queue_take(struct virtio *v, struct queue *q, uint16_t *head, uint32_t *length);

void blk_probe(struct virtio *v);
void input_probe(struct virtio *v);
void net_probe(struct virtio *v);
void rng_probe(struct virtio *v);
#endif
