/**
 * What lies below the wire: sockets with frames on them, how a source opens one and how a
 * destination lets strangers in. Knows nothing of what is in a frame.
 */
@NullMarked
package org.replaymigrate.protocol.link;

import org.jspecify.annotations.NullMarked;
