/* Double precision: planets that attract each other (square roots, divisions), and a matrix product
 * (loads, fused multiply-add, stores). */
#include "common/kernel.h"

#define BODIES 5
#define STEPS 100000
#define SIZE 192

#define A ((double (*)[SIZE])ARENA)
#define B (A + SIZE)
#define C (B + SIZE)

const char kernel_name[] = "float";
const uint64_t kernel_rounds = 20;
const uint64_t kernel_arena = 3 * SIZE * SIZE * 8;

struct body {
  double x, y, z, vx, vy, vz, mass;
};

void kernel_prepare(void) {}

static double root(double value) {
  double r;
  __asm__("fsqrt.d %0, %1" : "=f"(r) : "f"(value));
  return r;
}

static uint64_t bits(double value) {
  union {
    double d;
    uint64_t u;
  } both = {value};
  return both.u;
}

static void step(struct body *bodies, double dt) {
  for (int i = 0; i < BODIES; i++) {
    struct body *a = &bodies[i];
    for (int k = i + 1; k < BODIES; k++) {
      struct body *b = &bodies[k];
      double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
      double square = dx * dx + dy * dy + dz * dz;
      double force = dt / (square * root(square));
      a->vx -= dx * b->mass * force;
      a->vy -= dy * b->mass * force;
      a->vz -= dz * b->mass * force;
      b->vx += dx * a->mass * force;
      b->vy += dy * a->mass * force;
      b->vz += dz * a->mass * force;
    }
  }
  for (int i = 0; i < BODIES; i++) {
    bodies[i].x += dt * bodies[i].vx;
    bodies[i].y += dt * bodies[i].vy;
    bodies[i].z += dt * bodies[i].vz;
  }
}

/* A heavy one in the middle, the others on circles around it. */
static uint64_t nbody(uint64_t round) {
  static struct body bodies[BODIES];
  for (int i = 0; i < BODIES; i++) {
    double distance = 2.0 * i + (double)(round % 7) * 0.01;
    struct body *b = &bodies[i];
    b->x = i & 1 ? distance : i ? -distance : 0;
    b->y = 0;
    b->z = 0.1 * i;
    b->vx = b->vz = 0;
    b->vy = i ? (i & 1 ? 1.0 : -1.0) * root(40.0 / distance) : 0;
    b->mass = i ? 0.01 * i : 40.0;
  }
  for (int i = 0; i < STEPS; i++) step(bodies, 0.001);
  uint64_t sum = 0;
  for (int i = 0; i < BODIES; i++) sum = sum * 31 + bits(bodies[i].x) + bits(bodies[i].vy);
  return sum;
}

static uint64_t product(uint64_t round) {
  for (int i = 0; i < SIZE; i++) {
    for (int k = 0; k < SIZE; k++) {
      A[i][k] = (double)(i + k + (int)round) * 0.25;
      B[i][k] = (double)(i - k) * 0.125 + 1.0 / (double)(k + 1);
      C[i][k] = 0;
    }
  }
  for (int i = 0; i < SIZE; i++)
    for (int k = 0; k < SIZE; k++) {
      double factor = A[i][k];
      for (int j = 0; j < SIZE; j++) C[i][j] += factor * B[k][j];
    }
  uint64_t sum = 0;
  for (int i = 0; i < SIZE; i++) sum = sum * 31 + bits(C[i][SIZE - 1 - i]);
  return sum;
}

const struct part kernel_parts[] = {{"nbody", nbody}, {"matrix", product}, {0, 0}};
