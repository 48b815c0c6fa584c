package org.replaymigrate.vkernel.cpu;

import static org.replaymigrate.vkernel.state.InvalidStateException.require;

/** Checks saved hart states, which may come from a hostile peer. */
final class HartStates {
  private HartStates() {}

  static void validate(HartState s) {
    require(
        s.x().length == 32 && s.f().length == 32, "hart state without 32 registers of each kind");
    require(s.x()[0] == 0, "hart state with x0 = " + s.x()[0]);
    require((s.pc() & 1) == 0, "hart state with an odd pc");
    require(
        s.privilege() == Hart.USER
            || s.privilege() == Hart.SUPERVISOR
            || s.privilege() == Hart.MACHINE,
        "hart state with privilege " + s.privilege());
    require(s.run() >= Hart.STOPPED && s.run() <= Hart.WAITING, "hart state with run " + s.run());
    require(s.executed() >= 0, "hart state with " + s.executed() + " instructions");
  }
}
