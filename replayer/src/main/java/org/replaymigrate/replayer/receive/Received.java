package org.replaymigrate.replayer.receive;

import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.home.VkernelLock;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.vkernel.port.Outputs;

/**
 * A vkernel that has arrived, standing where the source stopped it. It may be run only once this
 * host owns it.
 *
 * @param lock held; whoever runs it closes it
 * @param hosted the machine; likewise
 * @param outputs what the machine was given as its outputs
 * @param log at the machine's position; likewise
 * @param epochNanos the date that goes with its guest time; what has passed since, it has missed
 * @param running to be called when it begins to run, on the thread that runs it
 */
public record Received(
    VkernelFolder folder,
    VkernelIdentity identity,
    VkernelLock lock,
    HostedMachine hosted,
    Outputs outputs,
    EventLogWriter log,
    long epochNanos,
    Runnable running) {}
