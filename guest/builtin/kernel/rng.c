/* virtio-rng (virtio 1.2, 5.4): one request at a time. */
#include "virtio.h"

static struct virtio device;
static struct queue queue;
static uint8_t *bytes; /* NULL: no device */
static uint32_t received;
static enum { IDLE, BUSY, DONE } state;
static struct task *owner;

static void interrupt(void *unused) {
  (void)unused;
  virtio_acknowledge(&device);
  uint16_t head;
  while (queue_take(&device, &queue, &head, &received)) {
    state = owner == NULL ? IDLE : DONE;
    task_wake(&queue);
  }
}

void rng_probe(struct virtio *v) {
  if (bytes != NULL || !virtio_start(v, F_EVENT_INDEX) || !virtio_queue(v, &queue, 0)) return;
  bytes = page_alloc();
  device = *v;
  virtio_go(&device, interrupt, NULL);
  printk("random: ready\n");
}

bool rng_present(void) { return bytes != NULL; }

int64_t rng_call(struct task *t, uint64_t va, uint64_t length) {
  if (bytes == NULL) return ERR_NO_DEVICE;
  if (length == 0 || length > RANDOM_MAX) return ERR_INVALID;
  if (state == DONE && owner == t) {
    state = IDLE;
    task_wake(&queue);
    if (received == 0 || received > length) return ERR_IO;
    return copy_to_user(t, va, bytes, received) ? (int64_t)received : ERR_INVALID;
  }
  if (state == IDLE) {
    queue.descriptors[0] =
        (struct descriptor){to_physical(bytes), (uint32_t)length, DESC_WRITE, 0};
    owner = t;
    state = BUSY;
    queue_offer(&device, &queue, 0);
  }
  task_block(t, &queue);
  return CALL_BLOCKED;
}

void rng_abandon(struct task *t) {
  if (owner != t) return;
  owner = NULL;
  if (state == DONE) {
    state = IDLE;
    task_wake(&queue);
  }
}
