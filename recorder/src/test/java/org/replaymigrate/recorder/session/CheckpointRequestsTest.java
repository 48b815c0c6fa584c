package org.replaymigrate.recorder.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.recorder.Checkpointer;

class CheckpointRequestsTest {
  private final List<CompletableFuture<Checkpointer.Taken>> begun = new ArrayList<>();
  private final CheckpointRequests requests =
      new CheckpointRequests((each, automatic) -> begun.add(each));

  private CompletableFuture<Path> take(int index) {
    CompletableFuture<Path> file = new CompletableFuture<>();
    begun.get(index).complete(new Checkpointer.Taken(index, new LogPosition(0, 0, 0), 0, file));
    return file;
  }

  @Test
  void thoseWhoAskWhileOneIsWrittenShareTheNext() {
    CompletableFuture<Checkpointer.Taken> first = requests.ask();
    CompletableFuture<Path> written = take(0);
    CompletableFuture<Checkpointer.Taken> second = requests.ask();
    assertNotSame(first, second);
    for (int i = 0; i < 20; i++) {
      assertSame(second, requests.ask());
    }
    assertEquals(1, begun.size());
    written.complete(Path.of("one"));
    assertEquals(2, begun.size());
    assertFalse(second.isDone());
    take(1).complete(Path.of("two"));
    assertEquals(1, second.join().number());
    CompletableFuture<Checkpointer.Taken> _ = requests.ask();
    assertEquals(3, begun.size());
  }

  @Test
  void afterOneThatFailedTheNextBegins() {
    CompletableFuture<Checkpointer.Taken> first = requests.ask();
    CompletableFuture<Checkpointer.Taken> second = requests.ask();
    begun.getFirst().completeExceptionally(new IOException("no room"));
    assertTrue(first.isCompletedExceptionally());
    take(1).completeExceptionally(new IOException("no room"));
    assertTrue(second.isDone());
    CompletableFuture<Checkpointer.Taken> _ = requests.ask();
    assertEquals(3, begun.size());
  }
}
