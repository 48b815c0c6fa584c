package org.replaymigrate.recorder.ship;

import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.log.LogPosition;
import org.replaymigrate.protocol.log.LogSegments;
import org.replaymigrate.protocol.owner.OwnerFile;
import org.replaymigrate.recorder.Checkpointer;

/**
 * What a shipment moves.
 *
 * @param name of the vkernel's folder
 * @param identity content of its identity file
 * @param begin where the vkernel went live in this process; the checkpointer has watched its pages
 *     from there on
 * @param hosted the machine, which is the recorder's
 */
public record Cargo(
    String name,
    byte[] identity,
    OwnerFile owner,
    LogSegments log,
    LogPosition begin,
    Checkpointer checkpointer,
    HostedMachine hosted) {}
