package org.replaymigrate.cli;

import java.io.ByteArrayOutputStream;

/**
 * Finds the keys that are meant for this program in what is typed at a guest: those behind Ctrl-].
 */
final class EscapeKeys {
  static final String HELP = "Ctrl-] q detaches, Ctrl-] Ctrl-] types Ctrl-]";

  private static final int ESCAPE = 0x1d;

  private boolean escaped;
  private boolean detach;
  private boolean help;

  /** What of it is for the guest. */
  byte[] filter(byte[] typed, int length) {
    ByteArrayOutputStream guests = new ByteArrayOutputStream(length);
    for (int i = 0; i < length && !detach; i++) {
      int key = typed[i];
      if (!escaped && key == ESCAPE) {
        escaped = true;
        continue;
      }
      if (!escaped || key == ESCAPE) {
        guests.write(key);
      } else if (key == 'q') {
        detach = true;
      } else {
        help = true;
      }
      escaped = false;
    }
    return guests.toByteArray();
  }

  /** Whether the user wants to leave the console. */
  boolean wantsToDetach() {
    return detach;
  }

  /** Whether the user has hit a key without meaning since this was last asked. */
  boolean wantsHelp() {
    boolean wanted = help;
    help = false;
    return wanted;
  }
}
