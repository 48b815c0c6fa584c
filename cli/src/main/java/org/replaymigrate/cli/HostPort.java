package org.replaymigrate.cli;

import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code HOST:PORT}; an IPv6 address stands in brackets. */
record HostPort(String host, int port) {
  /** Parses it. */
  static final class Converter implements ITypeConverter<HostPort> {
    @Override
    public HostPort convert(String text) {
      int colon = text.lastIndexOf(':');
      try {
        int port = Integer.parseInt(text.substring(colon + 1));
        if (colon > 0 && port >= 0 && port <= 65535) {
          String host = text.substring(0, colon);
          boolean bracketed = host.startsWith("[") && host.endsWith("]");
          return new HostPort(bracketed ? host.substring(1, host.length() - 1) : host, port);
        }
      } catch (NumberFormatException e) {
        // Falls through to the one complaint.
      }
      throw new TypeConversionException("'" + text + "' is not HOST:PORT");
    }
  }

  InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
