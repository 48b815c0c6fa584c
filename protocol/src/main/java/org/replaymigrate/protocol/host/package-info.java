/** A machine together with what the host gives it: memory, disks, and the digest over all of it. */
@NullMarked
package org.replaymigrate.protocol.host;

import org.jspecify.annotations.NullMarked;
