/**
 * Migrations of the same guest at the same work over the same link, ours and QEMU's pre-copy, in
 * turn.
 */
@NullMarked
package org.replaymigrate.bench.migration;

import org.jspecify.annotations.NullMarked;
