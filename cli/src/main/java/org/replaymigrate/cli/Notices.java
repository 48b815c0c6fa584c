package org.replaymigrate.cli;

import org.jspecify.annotations.Nullable;
import org.replaymigrate.recorder.Recorder;
import org.replaymigrate.vkernel.port.Input;

/** Says once that a guest stands still for want of something, and once that it goes on. */
final class Notices implements Recorder.Listener {
  private final String name;
  private @Nullable String why;
  private boolean retrying;

  Notices(String name) {
    this.name = name;
  }

  @Override
  public void paused(String reason) {
    if (!reason.equals(why)) {
      Subcommand.say("\"" + name + "\" is paused: " + reason);
    }
    why = reason;
    retrying = false;
  }

  @Override
  public void continued() {
    retrying = true;
  }

  @Override
  public void appended(long sequence, long instructions, Input input) {
    if (retrying) {
      Subcommand.say("\"" + name + "\" goes on");
      why = null;
      retrying = false;
    }
  }
}
