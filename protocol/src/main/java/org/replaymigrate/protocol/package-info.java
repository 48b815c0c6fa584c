/**
 * Everything that two processes must agree on: how inputs are written down, what a log, a
 * checkpoint and a digest are, byte for byte. Formats are for years: magic, name, version and
 * checksum come first, unknown ids are refused, and the tests keep one recorded fixture per format
 * version. Nothing here runs a machine.
 */
@NullMarked
package org.replaymigrate.protocol;

import org.jspecify.annotations.NullMarked;
