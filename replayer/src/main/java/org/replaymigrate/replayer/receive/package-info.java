/**
 * The destination's side of a migration; see {@code org.replaymigrate.protocol.wire} for the
 * exchange.
 */
@NullMarked
package org.replaymigrate.replayer.receive;

import org.jspecify.annotations.NullMarked;
