/** What checkpoints cost a guest that runs on. */
@NullMarked
package org.replaymigrate.bench.checkpoint;

import org.jspecify.annotations.NullMarked;
