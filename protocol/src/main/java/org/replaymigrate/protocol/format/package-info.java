/**
 * What all formats have in common: headers, checksummed frames, and what is said when they are bad.
 */
@NullMarked
package org.replaymigrate.protocol.format;

import org.jspecify.annotations.NullMarked;
