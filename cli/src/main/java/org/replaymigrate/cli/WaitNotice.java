package org.replaymigrate.cli;

import org.replaymigrate.replayer.HostWait;

/** Says that a replay waits for the host, and that it goes on. */
final class WaitNotice implements HostWait {
  @Override
  public void waiting(String why) {
    Subcommand.say("the replay waits: " + why);
  }

  @Override
  public void goingOn() {
    Subcommand.say("the replay goes on");
  }
}
