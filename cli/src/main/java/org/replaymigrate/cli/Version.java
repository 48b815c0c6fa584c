package org.replaymigrate.cli;

import picocli.CommandLine.IVersionProvider;

/** Names the release from the jar's manifest, and the JVM below it. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    String release = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "replay-migrate " + (release == null ? "(unpackaged)" : release), "JVM " + Runtime.version(),
    };
  }
}
