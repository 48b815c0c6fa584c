/**
 * End-to-end comparisons with what others use, and JMH benchmarks of single costs. {@code
 * bench/README.md} says what each of them watches. Nothing here is part of the product.
 */
@NullMarked
package org.replaymigrate.bench;

import org.jspecify.annotations.NullMarked;
