/** Guest-physical memory, who watches writes to it, and the walk from virtual to physical. */
@NullMarked
package org.replaymigrate.vkernel.memory;

import org.jspecify.annotations.NullMarked;
