package org.replaymigrate.protocol.tls;

import java.io.IOException;

/**
 * A link that is refused for safety: it would be neither encrypted nor authenticated, or a
 * certificate is not acceptable. One line that names the peer and says what to do.
 */
public final class LinkRefusal extends IOException {
  private static final long serialVersionUID = 1L;

  public LinkRefusal(String message) {
    super(message);
  }

  LinkRefusal(String message, Throwable cause) {
    super(message, cause);
  }
}
