/* virtio-net (virtio 1.2, 5.1): raw frames in and out; protocols are a user program's business. */
#include "virtio.h"

#define F_MAC (1ul << 5)
#define RECEIVE 0
#define TRANSMIT 1
#define HEADER 12 /* struct virtio_net_hdr, all zeros: no offloads were agreed on */
#define BUFFER 2048

static struct virtio device;
static struct queue receive, transmit;
static bool present;
static uint8_t mac[6];
static uint8_t *buffers[2][QUEUE_SIZE];
static bool sending[QUEUE_SIZE]; /* the device has it */
static uint64_t frames_in, frames_out, frames_dropped;

/* Frames received and not yet fetched, as descriptor numbers, oldest first. */
static struct { uint16_t head; uint32_t length; } arrived[QUEUE_SIZE];
static uint32_t arrived_head, arrived_tail;

static void interrupt(void *unused) {
  (void)unused;
  uint16_t head;
  uint32_t length;
  virtio_acknowledge(&device);
  while (queue_take(&device, &receive, &head, &length)) {
    arrived[arrived_head % QUEUE_SIZE].head = head;
    arrived[arrived_head++ % QUEUE_SIZE].length = length;
    frames_in++;
    task_wake(&receive);
  }
  while (queue_take(&device, &transmit, &head, &length)) {
    sending[head % QUEUE_SIZE] = false;
    task_wake(&transmit);
  }
}

static bool buffers_make(void) {
  for (int i = 0; i < 2 * QUEUE_SIZE; i += 2) {
    uint8_t *page = page_alloc();
    if (page == NULL) return false;
    buffers[i / QUEUE_SIZE][i % QUEUE_SIZE] = page;
    buffers[i / QUEUE_SIZE][i % QUEUE_SIZE + 1] = page + BUFFER;
  }
  return true;
}

void net_probe(struct virtio *v) {
  if (present || !virtio_start(v, F_MAC | F_EVENT_INDEX)) return;
  if (!virtio_queue(v, &receive, RECEIVE) || !virtio_queue(v, &transmit, TRANSMIT)) return;
  if (!buffers_make()) return;
  device = *v;
  present = true;
  for (uint32_t i = 0; i < 6; i++) mac[i] = virtio_config(v, i);
  virtio_go(&device, interrupt, NULL);
  for (uint16_t i = 0; i < QUEUE_SIZE; i++) {
    receive.descriptors[i] =
        (struct descriptor){to_physical(buffers[RECEIVE][i]), BUFFER, DESC_WRITE, 0};
    queue_offer(&device, &receive, i);
  }
  printk("net: %02x:%02x:%02x:%02x:%02x:%02x\n", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

int64_t net_send(struct task *t, uint64_t va, uint64_t length) {
  if (!present) return ERR_NO_DEVICE;
  if (length == 0 || length > FRAME_MAX) return ERR_INVALID;
  for (uint16_t i = 0; i < QUEUE_SIZE; i++) {
    if (sending[i]) continue;
    uint8_t *buffer = buffers[TRANSMIT][i];
    if (!copy_from_user(t, buffer + HEADER, va, length)) return ERR_INVALID;
    transmit.descriptors[i] =
        (struct descriptor){to_physical(buffer), (uint32_t)length + HEADER, 0, 0};
    sending[i] = true;
    frames_out++;
    queue_offer(&device, &transmit, i);
    return 0;
  }
  task_block(t, &transmit);
  return CALL_BLOCKED;
}

int64_t net_receive(struct task *t, uint64_t va, uint64_t length) {
  if (!present) return ERR_NO_DEVICE;
  while (arrived_head != arrived_tail) {
    uint16_t head = arrived[arrived_tail % QUEUE_SIZE].head;
    uint64_t size = arrived[arrived_tail++ % QUEUE_SIZE].length;
    int64_t result = 0;
    if (size > HEADER && size <= BUFFER && size - HEADER <= length) {
      bool ok = copy_to_user(t, va, buffers[RECEIVE][head % QUEUE_SIZE] + HEADER, size - HEADER);
      result = ok ? (int64_t)(size - HEADER) : ERR_INVALID;
    } else {
      frames_dropped++;
    }
    queue_offer(&device, &receive, head % QUEUE_SIZE);
    if (result != 0) return result;
  }
  task_block(t, &receive);
  return CALL_BLOCKED;
}

void net_info(struct sysinfo *info) {
  info->has_net = present;
  info->frames_in = frames_in;
  info->frames_out = frames_out;
  info->frames_dropped = frames_dropped;
  memcpy(info->mac, mac, sizeof mac);
}
