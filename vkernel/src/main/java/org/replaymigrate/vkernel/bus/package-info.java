/** Guest-physical addresses outside RAM. */
@NullMarked
package org.replaymigrate.vkernel.bus;

import org.jspecify.annotations.NullMarked;
