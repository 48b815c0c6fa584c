package org.replaymigrate.vkernel.device;

import static org.replaymigrate.vkernel.state.InvalidStateException.require;

/**
 * A bounded first-in-first-out queue of values 0..511: bytes, and what a device marks them with.
 */
public final class ByteQueue {
  static final int MAX_VALUE = 511;

  private final short[] values;
  private int head;
  private int size;

  ByteQueue(int capacity) {
    values = new short[capacity];
  }

  int size() {
    return size;
  }

  int room() {
    return values.length - size;
  }

  /** Appends; the caller has seen that there is room. */
  void add(int value) {
    if (size == values.length) {
      throw new IllegalStateException("queue of " + size + " is full");
    }
    values[(head + size) % values.length] = (short) value;
    size++;
  }

  /** Takes the first; the caller has seen that there is one. */
  int remove() {
    int value = first();
    head = (head + 1) % values.length;
    size--;
    return value;
  }

  int first() {
    return get(0);
  }

  int get(int index) {
    if (index >= size) {
      throw new IllegalStateException("queue of " + size + " has no element " + index);
    }
    return values[(head + index) % values.length];
  }

  void setFirst(int value) {
    get(0);
    values[head] = (short) value;
  }

  void clear() {
    head = 0;
    size = 0;
  }

  int[] save() {
    int[] saved = new int[size];
    for (int i = 0; i < size; i++) {
      saved[i] = get(i);
    }
    return saved;
  }

  void restore(int[] saved, String name) {
    require(saved.length <= values.length, name + " of " + saved.length);
    clear();
    for (int value : saved) {
      require(value >= 0 && value <= MAX_VALUE, name + " holds " + value);
      add(value);
    }
  }
}
