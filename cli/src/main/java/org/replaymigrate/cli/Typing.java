package org.replaymigrate.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Types standard input at a guest, on a thread of its own. */
final class Typing {
  private static final int CHUNK = 4096;

  /** Where the keys go. */
  interface Guest {
    /** Types; may wait. */
    void type(byte[] bytes) throws IOException, InterruptedException;

    /** Nothing more is going to be typed. */
    default void endTyping() throws IOException {}
  }

  private Typing() {}

  /**
   * Begins to type. The end of input ends the typing, and nothing else.
   *
   * @param interactive whether Ctrl-] is a key of this program
   * @param detached called when the user has left the console
   */
  static void begin(InputStream in, boolean interactive, Guest guest, Runnable detached) {
    Thread.ofPlatform()
        .daemon()
        .name("typing")
        .start(() -> type(in, interactive ? new EscapeKeys() : null, guest, detached));
  }

  private static void type(
      InputStream in, @Nullable EscapeKeys keys, Guest guest, Runnable detached) {
    byte[] buffer = new byte[CHUNK];
    try {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        byte[] typed = keys == null ? Arrays.copyOf(buffer, n) : keys.filter(buffer, n);
        if (typed.length > 0) {
          guest.type(typed);
        }
        if (keys != null && keys.wantsHelp()) {
          Subcommand.say("\n" + EscapeKeys.HELP);
        }
        if (keys != null && keys.wantsToDetach()) {
          detached.run();
          return;
        }
      }
      guest.endTyping();
    } catch (IOException e) {
      // The guest, or whoever typed, has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
