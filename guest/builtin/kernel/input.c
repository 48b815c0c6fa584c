/* virtio-input (virtio 1.2, 5.8): only the power key of whatever has one means something. */
#include "virtio.h"

#define EVENT_KEY 1
#define KEY_POWER 116
#define PRESSED 1

struct event { uint16_t type, code; uint32_t value; };

static struct virtio device;
static struct queue queue;
static struct event *events;

static void offer(uint16_t i) {
  queue.descriptors[i] =
      (struct descriptor){to_physical(&events[i]), sizeof events[i], DESC_WRITE, 0};
  queue_offer(&device, &queue, i);
}

static void interrupt(void *unused) {
  (void)unused;
  uint16_t head;
  uint32_t length;
  virtio_acknowledge(&device);
  while (queue_take(&device, &queue, &head, &length)) {
    struct event e = events[head % QUEUE_SIZE];
    if (e.type == EVENT_KEY && e.code == KEY_POWER && e.value == PRESSED) {
      power(RESET_POWER_OFF, "\nguest: power button pressed, powering off");
    }
    offer(head % QUEUE_SIZE);
  }
}

void input_probe(struct virtio *v) {
  if (events != NULL || !virtio_start(v, F_EVENT_INDEX) || !virtio_queue(v, &queue, 0)) return;
  events = page_alloc();
  device = *v;
  virtio_go(&device, interrupt, NULL);
  for (uint16_t i = 0; i < QUEUE_SIZE; i++) offer(i);
  printk("input: ready\n");
}
