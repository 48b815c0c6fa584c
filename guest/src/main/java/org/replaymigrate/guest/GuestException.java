package org.replaymigrate.guest;

import java.io.IOException;

/** Why a guest cannot be had or used: one line that says what, where and what to do. */
public final class GuestException extends IOException {

  private static final long serialVersionUID = 1L;

  GuestException(String message) {
    super(message);
  }

  GuestException(String message, Throwable cause) {
    super(message, cause);
  }
}
