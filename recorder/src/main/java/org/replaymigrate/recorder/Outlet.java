package org.replaymigrate.recorder;

/**
 * Where output goes once the log says that it may leave. Called on the machine's thread; must not
 * block: who cannot take a byte now loses it, as on a real wire.
 */
public interface Outlet {
  /** Bytes of a console; the array is the callee's. */
  void console(int port, byte[] bytes);

  /** A frame; the array is the callee's. */
  void frame(int nic, byte[] frame);
}
