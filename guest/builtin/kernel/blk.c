/* virtio-blk (virtio 1.2, 5.2): one request at a time, through a page of the kernel's. */
#include "virtio.h"

#define F_READ_ONLY (1ul << 5)
#define F_FLUSH (1ul << 9)
#define TYPE_IN 0
#define TYPE_OUT 1
#define TYPE_FLUSH 4

/* struct virtio_blk_req, cut at its three descriptors: header, data, status */
struct request {
  struct { uint32_t type, reserved; uint64_t sector; } header;
  struct descriptor chain[3]; /* the indirect table, if the device takes one */
  volatile uint8_t status;
};

static struct virtio device;
static struct queue queue;
static struct request *request;
static uint8_t *data;
static uint64_t sectors;
static enum { IDLE, BUSY, DONE } state;
static struct task *owner; /* NULL while BUSY: nobody waits for the outcome any more */

static void collect(void) {
  uint16_t head;
  uint32_t length;
  while (queue_take(&device, &queue, &head, &length)) {
    state = owner == NULL ? IDLE : DONE;
    task_wake(&queue);
  }
}

static void interrupt(void *unused) {
  (void)unused;
  virtio_acknowledge(&device);
  collect();
}

void blk_probe(struct virtio *v) {
  if (sectors != 0 || !virtio_start(v, F_READ_ONLY | F_FLUSH | F_INDIRECT | F_EVENT_INDEX)) return;
  request = page_alloc();
  data = page_alloc();
  if (request == NULL || data == NULL || !virtio_queue(v, &queue, 0)) return;
  device = *v;
  for (uint32_t i = 0; i < 8; i++) sectors |= (uint64_t)virtio_config(v, i) << 8 * i;
  virtio_go(&device, interrupt, NULL);
  printk("disk: %lu sectors%s\n", sectors, blk_read_only() ? ", read-only" : "");
}

uint64_t blk_sectors(void) { return sectors; }
bool blk_read_only(void) { return (device.features & F_READ_ONLY) != 0; }

static void submit(struct task *t, uint32_t type, uint64_t sector, uint64_t bytes) {
  request->header.type = type;
  request->header.reserved = 0;
  request->header.sector = sector;
  request->status = 0xff;
  struct descriptor chain[3];
  int n = 0;
  chain[n++] = (struct descriptor){to_physical(&request->header), 16, DESC_NEXT, 1};
  if (bytes != 0) {
    uint16_t direction = type == TYPE_IN ? DESC_WRITE : 0;
    chain[n++] =
        (struct descriptor){to_physical(data), (uint32_t)bytes, DESC_NEXT | direction, 2};
  }
  chain[n++] = (struct descriptor){to_physical((const void *)&request->status), 1, DESC_WRITE, 0};
  if (device.features & F_INDIRECT) {
    memcpy(request->chain, chain, sizeof chain);
    queue.descriptors[0] = (struct descriptor){
        to_physical(request->chain), (uint32_t)(n * (int)sizeof chain[0]), DESC_INDIRECT, 0};
  } else {
    for (int i = 0; i < n; i++) queue.descriptors[i] = chain[i];
  }
  owner = t;
  state = BUSY;
  queue_offer(&device, &queue, 0);
}

int64_t blk_call(struct task *t, uint64_t op, uint64_t sector, uint64_t va, uint64_t count) {
  if (sectors == 0) return ERR_NO_DEVICE;
  if (op > DISK_FLUSH) return ERR_INVALID;
  uint64_t bytes = op == DISK_FLUSH ? 0 : count * SECTOR;
  if (op == DISK_FLUSH) {
    if ((device.features & F_FLUSH) == 0) return 0;
    sector = 0;
  } else if (count == 0 || count > DISK_MAX_SECTORS || sector >= sectors ||
             count > sectors - sector) {
    return ERR_INVALID;
  }
  if (op == DISK_WRITE && blk_read_only()) return ERR_READ_ONLY;
  if (state == DONE && owner == t) {
    state = IDLE;
    task_wake(&queue);
    if (request->status != 0) return ERR_IO;
    if (op == DISK_READ && !copy_to_user(t, va, data, bytes)) return ERR_INVALID;
    return 0;
  }
  if (state == IDLE) {
    if (op == DISK_WRITE && !copy_from_user(t, data, va, bytes)) return ERR_INVALID;
    submit(t, op == DISK_READ ? TYPE_IN : op == DISK_WRITE ? TYPE_OUT : TYPE_FLUSH, sector, bytes);
  }
  task_block(t, &queue);
  return CALL_BLOCKED;
}

/* The task ends or was sent elsewhere: what it asked for happens, but nobody is told. */
void blk_abandon(struct task *t) {
  if (owner != t) return;
  owner = NULL;
  if (state == DONE) {
    state = IDLE;
    task_wake(&queue);
  }
}

/* Before power goes: waits for what is under way, then flushes, by polling. */
void blk_flush_now(void) {
  if (sectors == 0 || (device.features & F_FLUSH) == 0) return;
  owner = NULL;
  while (state == BUSY) collect();
  submit(NULL, TYPE_FLUSH, 0, 0);
  while (state == BUSY) collect();
}
