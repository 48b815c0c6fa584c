/** What all saved state has in common. The records themselves stand beside what they save. */
@NullMarked
package org.replaymigrate.vkernel.state;

import org.jspecify.annotations.NullMarked;
