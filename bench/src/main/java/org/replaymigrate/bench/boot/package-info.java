/** What a boot costs: time, memory, log; and what replaying it takes. */
@NullMarked
package org.replaymigrate.bench.boot;

import org.jspecify.annotations.NullMarked;
