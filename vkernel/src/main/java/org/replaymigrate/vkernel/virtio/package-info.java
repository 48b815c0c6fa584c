/**
 * virtio 1.2: the split queue, the MMIO transport, and the devices; three things, kept apart. The
 * driver on the other side is hostile: every ring, length and address is checked here.
 */
@NullMarked
package org.replaymigrate.vkernel.virtio;

import org.jspecify.annotations.NullMarked;
