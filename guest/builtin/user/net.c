/* A network daemon that answers ARP requests, pings and UDP to port 7 (echo), and the commands
 * `net` and `ping`. The daemon gets every frame; it leaves what `ping` waits for in the shared
 * page.
 *
 *   0            6            12    14
 *   | to         | from       | type | ARP: 28 bytes, or IPv4: 20 bytes header, then ICMP or UDP
 */
#include "user.h"

#define TYPE_ARP 0x0806
#define TYPE_IPV4 0x0800
#define ARP 14
#define IP 14
#define PAYLOAD 34 /* of an IPv4 packet without options, the only kind it answers */
#define ICMP_ECHO_REPLY 0
#define ICMP_ECHO 8
#define PROTOCOL_ICMP 1
#define PROTOCOL_UDP 17
#define UDP_ECHO_PORT 7
#define DEFAULT_IP 0x0a00020fu /* 10.0.2.15 */

static uint8_t own_mac[6];
static uint8_t frame[FRAME_MAX + 2];

static uint32_t get16(const uint8_t *p) { return (uint32_t)p[0] << 8 | p[1]; }
static uint32_t get32(const uint8_t *p) { return get16(p) << 16 | get16(p + 2); }
static void put16(uint8_t *p, uint32_t value) {
  p[0] = (uint8_t)(value >> 8);
  p[1] = (uint8_t)value;
}
static void put32(uint8_t *p, uint32_t value) {
  put16(p, value >> 16);
  put16(p + 2, value);
}

static uint32_t checksum(const uint8_t *p, size_t count) {
  uint32_t sum = 0;
  for (size_t i = 0; i + 1 < count; i += 2) sum += get16(p + i);
  if (count % 2 == 1) sum += (uint32_t)p[count - 1] << 8;
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

static void send(const uint8_t *bytes, size_t count) {
  sys(SYS_NET_SEND, (uint64_t)bytes, count, 0, 0);
}

static void send_arp(uint8_t *to, uint32_t operation, const uint8_t *mac, uint32_t ip) {
  static const uint8_t head[8] = {0, 1, 8, 0, 6, 4, 0, 0}; /* Ethernet, IPv4, lengths */
  memcpy(to, mac, 6);
  memcpy(to + 6, own_mac, 6);
  put16(to + 12, TYPE_ARP);
  memcpy(to + ARP, head, 8);
  put16(to + ARP + 6, operation);
  memcpy(to + ARP + 8, own_mac, 6);
  put32(to + ARP + 14, SHARED->own_ip);
  memcpy(to + ARP + 18, mac, 6);
  put32(to + ARP + 24, ip);
  memset(to + 42, 0, 18);
  send(to, 60);
}

static void on_arp(size_t count) {
  if (count < ARP + 28) return;
  uint32_t operation = get16(frame + ARP + 6), from = get32(frame + ARP + 14);
  if (operation == 1 && get32(frame + ARP + 24) == SHARED->own_ip) {
    uint8_t mac[6];
    memcpy(mac, frame + ARP + 8, 6);
    send_arp(frame, 2, mac, from);
    SHARED->arps++;
  } else if (operation == 2) {
    memcpy(SHARED->known_mac, frame + ARP + 8, 6);
    SHARED->known_ip = from;
  }
}

/* Turns a frame round: addresses change places, the rest is for the caller. */
static void answer(size_t count) {
  memcpy(frame, frame + 6, 6);
  memcpy(frame + 6, own_mac, 6);
  uint32_t from = get32(frame + IP + 12);
  put32(frame + IP + 12, SHARED->own_ip);
  put32(frame + IP + 16, from);
  send(frame, count);
}

static void on_ipv4(size_t count) {
  uint32_t length = get16(frame + IP + 2);
  if (count < PAYLOAD + 8 || length < 28 || length > count - IP) return;
  if (frame[IP] != 0x45 || get32(frame + IP + 16) != SHARED->own_ip) return;
  uint8_t *payload = frame + PAYLOAD;
  uint32_t size = length - 20;
  if (frame[IP + 9] == PROTOCOL_ICMP && payload[0] == ICMP_ECHO) {
    payload[0] = ICMP_ECHO_REPLY;
    put16(payload + 2, 0);
    put16(payload + 2, checksum(payload, size));
    SHARED->pings++;
    answer(IP + length);
  } else if (frame[IP + 9] == PROTOCOL_ICMP && payload[0] == ICMP_ECHO_REPLY) {
    SHARED->echo_seen = get16(payload + 6);
  } else if (frame[IP + 9] == PROTOCOL_UDP && get16(payload + 2) == UDP_ECHO_PORT) {
    uint32_t port = get16(payload);
    put16(payload, UDP_ECHO_PORT);
    put16(payload + 2, port);
    put16(payload + 6, 0); /* no checksum: IPv4 allows it */
    SHARED->echoes++;
    answer(IP + length);
  }
}

static bool parse_ip(const char *s, uint32_t *ip) {
  uint32_t value = 0;
  for (int part = 0; part < 4; part++) {
    uint32_t n = 0, digits = 0;
    for (; *s >= '0' && *s <= '9'; s++, digits++) n = n * 10 + (uint32_t)(*s - '0');
    if (digits == 0 || digits > 3 || n > 255 || *s != (part == 3 ? 0 : '.')) return false;
    s++;
    value = value << 8 | n;
  }
  *ip = value;
  return true;
}

static bool find_mac(void) {
  struct sysinfo info;
  sys(SYS_SYSINFO, (uint64_t)&info, 0, 0, 0);
  memcpy(own_mac, info.mac, 6);
  return info.has_net;
}

static const uint8_t broadcast[6] = {255, 255, 255, 255, 255, 255};

void net_daemon(char *unused) {
  (void)unused;
  char text[20];
  uint32_t ip = DEFAULT_IP;
  find_mac();
  if (boot_argument("ip", text, sizeof text, false) && !parse_ip(text, &ip)) {
    printf("netd: ip=%s is not an address\n", text);
  }
  SHARED->own_ip = ip;
  send_arp(frame, 1, broadcast, ip); /* says where we are */
  for (;;) {
    int64_t count = sys(SYS_NET_RECV, (uint64_t)frame, FRAME_MAX, 0, 0);
    if (count < 14) continue;
    SHARED->bytes += (uint64_t)count;
    uint32_t type = get16(frame + 12);
    if (type == TYPE_ARP) on_arp((size_t)count);
    if (type == TYPE_IPV4) on_ipv4((size_t)count);
  }
}

static void print_ip(uint32_t ip) {
  printf("%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255);
}

void cmd_net(int argc, char **argv) {
  (void)argc, (void)argv;
  struct sysinfo i;
  if (!find_mac()) {
    printf("net: %s\n", error_name(ERR_NO_DEVICE));
    return;
  }
  sys(SYS_SYSINFO, (uint64_t)&i, 0, 0, 0);
  printf("net: %02x:%02x:%02x:%02x:%02x:%02x ", i.mac[0], i.mac[1], i.mac[2], i.mac[3], i.mac[4],
         i.mac[5]);
  print_ip(SHARED->own_ip);
  printf(", frames in %lu (%lu bytes) out %lu dropped %lu, answered: ARP %lu, ping %lu, UDP %lu\n",
         i.frames_in, SHARED->bytes, i.frames_out, i.frames_dropped, SHARED->arps, SHARED->pings,
         SHARED->echoes);
}

/* Waits up to a second for a word of the shared page to become a value. */
static bool wait_for(volatile uint32_t *word, uint32_t value) {
  uint64_t start = time_now(), end = start + ms_to_ticks(1000), step = ms_to_ticks(1);
  for (uint64_t next = start; *word != value; sleep_until(next += step)) {
    if (time_now() >= end) return false;
  }
  return true;
}

static void send_echo(uint8_t *packet, uint32_t ip, uint32_t sequence) {
  memset(packet, 0, 98);
  memcpy(packet, SHARED->known_mac, 6);
  memcpy(packet + 6, own_mac, 6);
  put16(packet + 12, TYPE_IPV4);
  packet[IP] = 0x45;
  put16(packet + IP + 2, 84);
  packet[IP + 8] = 64; /* time to live */
  packet[IP + 9] = PROTOCOL_ICMP;
  put32(packet + IP + 12, SHARED->own_ip);
  put32(packet + IP + 16, ip);
  put16(packet + IP + 10, checksum(packet + IP, 20));
  packet[PAYLOAD] = ICMP_ECHO;
  put16(packet + PAYLOAD + 6, sequence);
  for (int i = 8; i < 64; i++) packet[PAYLOAD + i] = (uint8_t)i;
  put16(packet + PAYLOAD + 2, checksum(packet + PAYLOAD, 64));
  send(packet, 98);
}

void cmd_ping(int argc, char **argv) {
  static uint8_t packet[98];
  static uint32_t sequence;
  bool ok = true;
  uint32_t ip = 0;
  uint64_t n = number(argc, argv, 2, 3, &ok), ms = number(argc, argv, 3, 200, &ok);
  if (!ok) return;
  if (!find_mac() || argc < 2 || !parse_ip(argv[1], &ip)) {
    printf("ping: needs a network device and an address A.B.C.D\n");
    return;
  }
  SHARED->known_ip = 0;
  send_arp(packet, 1, broadcast, ip);
  if (!wait_for(&SHARED->known_ip, ip)) {
    printf("ping: nobody has that address\n");
    return;
  }
  uint64_t next = time_now();
  for (uint64_t i = 1; i <= n; i++) {
    sequence = sequence % 65535 + 1;
    uint64_t start = time_now();
    send_echo(packet, ip, sequence);
    if (wait_for(&SHARED->echo_seen, sequence)) {
      uint64_t us = (time_now() - start) * 1000000 / timebase();
      printf("ping: %lu of %lu answered in %lu us\n", i, n, us);
    } else {
      printf("ping: %lu of %lu lost\n", i, n);
    }
    next += ms_to_ticks(ms);
    if (i != n) sleep_until(next);
  }
}
