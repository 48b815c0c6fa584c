/**
 * The live side: sources of inputs, pacing, the log, checkpoints, output commit, shipping. Nothing
 * in here replays.
 */
@NullMarked
package org.replaymigrate.recorder;

import org.jspecify.annotations.NullMarked;
