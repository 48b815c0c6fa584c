package org.replaymigrate.vkernel.port;

/**
 * Where the bytes go that leave the machine. Called on the machine's thread, in the middle of
 * {@code Machine.run}: an implementation only collects, and lets nothing out before the log says
 * that it may. Replay produces the same calls again and throws them away.
 */
public interface Outputs {
  /**
   * One byte to a console.
   *
   * @param port 0 the UART, k the k-th virtio console
   * @param value 0..255
   */
  void console(int port, int value);

  /**
   * One Ethernet frame.
   *
   * @param nic index among the machine's network devices
   * @param frame the callee's to keep
   */
  void frame(int nic, byte[] frame);

  /** Swallows everything. */
  Outputs NONE =
      new Outputs() {
        @Override
        public void console(int port, int value) {}

        @Override
        public void frame(int nic, byte[] frame) {}
      };
}
