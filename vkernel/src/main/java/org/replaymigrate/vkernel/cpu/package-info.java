/** The harts: registers, CSRs, traps, and the interpreter of decoded blocks. */
@NullMarked
package org.replaymigrate.vkernel.cpu;

import org.jspecify.annotations.NullMarked;
