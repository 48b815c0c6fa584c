package org.replaymigrate.recorder.session;

import org.replaymigrate.protocol.home.VkernelFolder;
import org.replaymigrate.protocol.home.VkernelIdentity;
import org.replaymigrate.protocol.home.VkernelLock;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.log.EventLogWriter;
import org.replaymigrate.recorder.PendingOutputs;

/**
 * What a session needs to go live: a machine at the position of its log, in a folder that this
 * process has locked and owns.
 *
 * @param outputs what the machine was given as its outputs
 * @param sleptSinceEpochNanos the date at which guest time stood still: now for a new vkernel,
 *     earlier for one that is resumed or has just moved
 * @param arrived whether it has just come from another host
 */
public record LiveVkernel(
    VkernelFolder folder,
    VkernelIdentity identity,
    VkernelLock lock,
    HostedMachine hosted,
    PendingOutputs outputs,
    EventLogWriter log,
    long sleptSinceEpochNanos,
    boolean arrived) {}
