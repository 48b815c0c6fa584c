/**
 * The one door of the machine: what comes in ({@link org.replaymigrate.vkernel.port.Input}), what
 * it asks for ({@link org.replaymigrate.vkernel.port.HostCall}), what goes out ({@link
 * org.replaymigrate.vkernel.port.Outputs}) and the disks it owns ({@link
 * org.replaymigrate.vkernel.port.BlockStore}). No other type may carry nondeterminism into the
 * machine.
 */
@NullMarked
package org.replaymigrate.vkernel.port;

import org.jspecify.annotations.NullMarked;
