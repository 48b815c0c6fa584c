/** How many guests that begin in the same state fit on a host. */
@NullMarked
package org.replaymigrate.bench.clones;

import org.jspecify.annotations.NullMarked;
