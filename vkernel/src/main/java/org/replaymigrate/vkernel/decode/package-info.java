/**
 * From bits to decoded instructions: the table of encodings, the expansion of compressed
 * instructions, and straight-line blocks of packed operations which the interpreter runs and the
 * translator will start from.
 */
@NullMarked
package org.replaymigrate.vkernel.decode;

import org.jspecify.annotations.NullMarked;
