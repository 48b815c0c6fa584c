package org.replaymigrate.replayer.receive;

import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.home.VkernelLock;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.vkernel.port.Outputs;

/**
 * A vkernel that this process owns from now on, standing where the source stopped it.
 *
 * @param lock held; the taker closes it
 * @param hosted the machine; the taker closes it
 * @param outputs what the machine was given as its outputs
 * @param log at the machine's position; the taker closes it
 * @param epochNanos the date that goes with its guest time; what has passed since, it has missed
 */
public record Received(
    VkernelFolder folder,
    VkernelIdentity identity,
    VkernelLock lock,
    HostedMachine hosted,
    Outputs outputs,
    EventLogWriter log,
    long epochNanos) {}
