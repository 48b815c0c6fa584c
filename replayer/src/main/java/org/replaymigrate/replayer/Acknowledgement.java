package org.replaymigrate.replayer;

/** Told how far a replay has come, so that whoever sends the events may forget them. */
@FunctionalInterface
public interface Acknowledgement {
  /**
   * Every event before {@code sequence} is applied, has been found right as far as it can be
   * checked, and is in the journal, if there is one. Called in order on a thread of its own, once
   * for as many events as were ready together; must not block for long.
   *
   * @param instructions the machine has reached this count
   */
  void acknowledge(long sequence, long instructions);
}
