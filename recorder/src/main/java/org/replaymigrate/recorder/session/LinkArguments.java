package org.replaymigrate.recorder.session;

import java.io.IOException;
import java.nio.file.Path;
import org.replaymigrate.protocol.tls.LinkRefusal;
import org.replaymigrate.protocol.tls.LinkSecurity;
import org.replaymigrate.recorder.control.ControlArguments;
import org.replaymigrate.recorder.control.ControlException;

/** How the link to another host is to be protected, as another process asks for it. */
final class LinkArguments {
  private LinkArguments() {}

  static LinkSecurity security(ControlArguments arguments) throws IOException {
    String certificate = arguments.optionalString("tlsCert");
    if (certificate == null) {
      return LinkSecurity.plain(arguments.flag("insecure"));
    }
    try {
      return LinkSecurity.tls(
          Path.of(certificate),
          Path.of(arguments.string("tlsKey")),
          Path.of(arguments.string("tlsCa")));
    } catch (LinkRefusal e) {
      throw new ControlException(ControlException.Kind.REFUSED, String.valueOf(e.getMessage()));
    }
  }
}
