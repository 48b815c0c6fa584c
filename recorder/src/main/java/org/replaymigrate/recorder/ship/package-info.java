/**
 * The source's side of a migration; see {@code org.replaymigrate.protocol.wire} for the exchange.
 */
@NullMarked
package org.replaymigrate.recorder.ship;

import org.jspecify.annotations.NullMarked;
