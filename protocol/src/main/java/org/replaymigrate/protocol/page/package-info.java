/**
 * RAM and disks as one thing: numbered pages of 4096 bytes that somebody may watch. Digests and
 * checkpoints are written once, against this.
 */
@NullMarked
package org.replaymigrate.protocol.page;

import org.jspecify.annotations.NullMarked;
