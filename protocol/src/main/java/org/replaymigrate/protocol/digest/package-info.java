/**
 * Digests of whole states, kept up to date at a cost that goes with what was changed, and built as
 * trees so that two ends that differ find the pages in which they do. {@code
 * docs/formats/digest.md} says over which bytes each one is taken.
 */
@NullMarked
package org.replaymigrate.protocol.digest;

import org.jspecify.annotations.NullMarked;
