/**
 * The vkernel: a RISC-V machine laid out like QEMU's {@code virt} board, as a pure function of its
 * state and its inputs. Nothing here knows a clock, a thread, a file or a socket; {@link
 * org.replaymigrate.vkernel.Machine} is the way in, {@link org.replaymigrate.vkernel.port} the only
 * door to the outside.
 */
@NullMarked
package org.replaymigrate.vkernel;

import org.jspecify.annotations.NullMarked;
