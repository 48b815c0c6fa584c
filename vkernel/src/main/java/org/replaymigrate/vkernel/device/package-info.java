/**
 * The devices of the board other than virtio, one file each: register offsets, then state, then
 * load and store. Devices know no hart and no thread: they are called between two instructions, and
 * speak to the rest through {@link org.replaymigrate.vkernel.device.InterruptLine} and the port.
 */
@NullMarked
package org.replaymigrate.vkernel.device;

import org.jspecify.annotations.NullMarked;
