package org.replaymigrate.cli;

import org.replaymigrate.recorder.Recorder;

/** A subcommand in whose process a vkernel runs, from its first line to its end. */
abstract class LiveSubcommand extends Subcommand {

  /**
   * Reports how a run has ended.
   *
   * @param untilExit whether it was to go on until the guest ends by itself
   * @return the exit code
   */
  int report(SessionRunner.Ended ended, boolean untilExit) {
    if (json() || untilExit) {
      print(ended.figures(), Figures.text(ended.figures()));
    } else if (ended.reason() != Recorder.EndReason.POWERED_OFF) {
      say("\"" + ended.figures().get("name") + "\": " + ended.reason().words());
    } else if (ended.guestReboots()) {
      say(
          "\""
              + ended.figures().get("name")
              + "\": its guest asks for a reboot, and that ends a recording: `run` a new one");
    }
    String name = String.valueOf(ended.figures().get("name"));
    if (ended.guestFailed()) {
      complain(name + ": its guest reports a failure, code " + ended.figures().get("exitCode"));
      return FAILED;
    }
    if (untilExit && ended.exit() == null) {
      complain(name + ": " + ended.reason().words() + " before its guest had ended");
      return FAILED;
    }
    return DONE;
  }
}
