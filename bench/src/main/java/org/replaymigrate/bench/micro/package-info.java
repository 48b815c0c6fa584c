/** JMH benchmarks: one cost each. {@code bench/README.md} has a row for each of them. */
@NullMarked
package org.replaymigrate.bench.micro;

import org.jspecify.annotations.NullMarked;
