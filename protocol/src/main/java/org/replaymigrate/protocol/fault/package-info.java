/** Places at which a test makes a real process die. */
@NullMarked
package org.replaymigrate.protocol.fault;

import org.jspecify.annotations.NullMarked;
