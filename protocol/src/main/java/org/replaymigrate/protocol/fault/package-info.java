/** Places at which a test makes a real process die, or go wrong. */
@NullMarked
package org.replaymigrate.protocol.fault;

import org.jspecify.annotations.NullMarked;
