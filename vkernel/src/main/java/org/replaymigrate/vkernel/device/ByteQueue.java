package org.replaymigrate.vkernel.device;

import static org.replaymigrate.vkernel.state.InvalidStateException.require;

/**
 * A bounded first-in-first-out queue of values 0..511: bytes, and what a device marks them with.
 */
public final class ByteQueue {
  /** Largest value of an element. */
  public static final int MAX_VALUE = 511;

  private final short[] values;
  private int head;
  private int size;

  /** An empty queue. */
  public ByteQueue(int capacity) {
    values = new short[capacity];
  }

  /** Elements in it. */
  public int size() {
    return size;
  }

  /** Elements it still takes. */
  public int room() {
    return values.length - size;
  }

  /** Appends; the caller has seen that there is room. */
  public void add(int value) {
    if (size == values.length) {
      throw new IllegalStateException("queue of " + size + " is full");
    }
    values[(head + size) % values.length] = (short) value;
    size++;
  }

  /** Takes the first; the caller has seen that there is one. */
  public int remove() {
    int value = first();
    head = (head + 1) % values.length;
    size--;
    return value;
  }

  /** The element that {@link #remove} takes. */
  public int first() {
    return get(0);
  }

  /** The element that comes after {@code index} others. */
  public int get(int index) {
    if (index >= size) {
      throw new IllegalStateException("queue of " + size + " has no element " + index);
    }
    return values[(head + index) % values.length];
  }

  /** Replaces the first. */
  public void setFirst(int value) {
    get(0);
    values[head] = (short) value;
  }

  /** Forgets all. */
  public void clear() {
    head = 0;
    size = 0;
  }

  /** The elements, the first one first. */
  public int[] save() {
    int[] saved = new int[size];
    for (int i = 0; i < size; i++) {
      saved[i] = get(i);
    }
    return saved;
  }

  /**
   * Takes over saved elements.
   *
   * @param name what to call it in an error
   * @throws org.replaymigrate.vkernel.state.InvalidStateException if there are too many, or a value
   *     is out of range
   */
  public void restore(int[] saved, String name) {
    require(saved.length <= values.length, name + " of " + saved.length);
    clear();
    for (int value : saved) {
      require(value >= 0 && value <= MAX_VALUE, name + " holds " + value);
      add(value);
    }
  }
}
