package org.replaymigrate.vkernel.port;

/**
 * The host cannot serve a request of the machine at the moment (no room on its disk, an I/O error).
 * Nothing has changed for the guest: {@code Machine.run} stops with {@code HOST_FAULT} and tries
 * the same request again when it is called again.
 */
public final class HostFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** One line: what failed, on which file. */
  public HostFault(String message, Throwable cause) {
    super(message, cause);
  }
}
