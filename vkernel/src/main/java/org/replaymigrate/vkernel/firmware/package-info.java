/**
 * The built-in firmware: the SBI that a kernel in S-mode calls when no firmware of the guest's own
 * runs in M-mode.
 */
@NullMarked
package org.replaymigrate.vkernel.firmware;

import org.jspecify.annotations.NullMarked;
