package org.replaymigrate.recorder.net;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A network card as the user gives it: {@code stream=HOST:PORT} or {@code stream=unix:PATH}, with
 * {@code ,mac=XX:XX:XX:XX:XX:XX} behind it if the address matters.
 *
 * @param target HOST:PORT, or unix:PATH
 * @param mac its address, or null
 */
public record NetSpec(String target, @Nullable Long mac) {
  private static final Pattern SPEC = Pattern.compile("stream=(.+?)(?:,mac=([^,]*))?");
  private static final Pattern MAC = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");
  private static final Pattern TCP = Pattern.compile("(?:\\[(.+)]|([^:\\[\\]]+)):([0-9]{1,5})");
  private static final String UNIX = "unix:";

  /** The bit of the first byte that makes an address one of a group. */
  private static final long MULTICAST = 1L << 40;

  /** Checks the target. */
  public NetSpec {
    if (!isTarget(target)) {
      throw new IllegalArgumentException(
          "network \"" + target + "\": want HOST:PORT or unix:PATH behind stream=");
    }
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException with one line that says what is wrong
   */
  public static NetSpec parse(String text) {
    Matcher spec = SPEC.matcher(text);
    if (!spec.matches()) {
      throw new IllegalArgumentException(
          "network \"" + text + "\": want stream=HOST:PORT or stream=unix:PATH[,mac=...]");
    }
    String mac = spec.group(2);
    return new NetSpec(spec.group(1), mac == null ? null : parseMac(mac));
  }

  private static long parseMac(String text) {
    if (MAC.matcher(text).matches()) {
      long mac = Long.parseLong(text.replace(":", ""), 16);
      if ((mac & MULTICAST) == 0 && mac != 0) {
        return mac;
      }
    }
    throw new IllegalArgumentException(
        "MAC address \"" + text + "\": want six bytes such as 52:54:00:12:34:56, of one card");
  }

  private static boolean isTarget(String target) {
    if (target.startsWith(UNIX)) {
      return target.length() > UNIX.length();
    }
    Matcher tcp = TCP.matcher(target);
    return tcp.matches() && Integer.parseInt(tcp.group(3)) <= 65535;
  }

  /** Where to connect to; a host's name is looked up now. */
  SocketAddress address() {
    if (target.startsWith(UNIX)) {
      return UnixDomainSocketAddress.of(target.substring(UNIX.length()));
    }
    Matcher tcp = TCP.matcher(target);
    if (!tcp.matches()) {
      throw new IllegalStateException(target);
    }
    String host = tcp.group(1) == null ? tcp.group(2) : tcp.group(1);
    return new InetSocketAddress(host, Integer.parseInt(tcp.group(3)));
  }
}
