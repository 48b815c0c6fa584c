package org.replaymigrate.replayer;

import java.util.List;
import org.replaymigrate.protocol.log.Event;

/** Event sources over lists. */
final class Sources {
  private Sources() {}

  /** A finished stream of events. */
  static EventStream of(List<Event> events) {
    EventStream stream = new EventStream(events.size() + 1);
    try {
      for (Event event : events) {
        stream.put(new Entry.Events(List.of(event), 10));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    stream.end();
    return stream;
  }

  /** The threads of replays that are alive. */
  static List<String> replayThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.isAlive() && t.getName().startsWith("replay-"))
        .map(Thread::getName)
        .toList();
  }
}
