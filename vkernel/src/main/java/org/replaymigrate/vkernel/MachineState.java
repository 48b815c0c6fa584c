package org.replaymigrate.vkernel;

import java.util.List;
import org.replaymigrate.vkernel.cpu.HartState;
import org.replaymigrate.vkernel.state.DeviceState;

/**
 * All state of a machine but the content of RAM and disks.
 *
 * @param instructions executed since power-on: the machine's only clock
 * @param skewTicks what inputs have added to guest time
 * @param currentHart whose turn it is
 * @param turnEnd the instruction count at which the turn passes on
 * @param outputDigest running digest of everything that has left the machine
 * @param exitKind 0 while it runs, else the id of an {@link Exit.Kind}
 * @param exitCode the guest's exit code
 * @param harts one each
 * @param devices in the board's order
 */
public record MachineState(
    long instructions,
    long skewTicks,
    int currentHart,
    long turnEnd,
    long outputDigest,
    int exitKind,
    int exitCode,
    List<HartState> harts,
    List<DeviceState> devices) {}
