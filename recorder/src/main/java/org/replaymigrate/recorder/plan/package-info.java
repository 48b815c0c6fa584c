/**
 * What a migration would cost, and which way is the cheapest: rates in, predictions out. Nothing
 * here measures, waits or sends; see {@code ship} for what does.
 */
@NullMarked
package org.replaymigrate.recorder.plan;

import org.jspecify.annotations.NullMarked;
