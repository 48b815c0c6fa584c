/**
 * The event log: what a vkernel took in, and at which instruction. Writer and reader stand side by
 * side; {@code docs/formats/log.md} has the bytes.
 *
 * <pre>
 *   recording/log/00000000/   a segment: one Chronicle Queue of one file
 *                 00000001/   begun when the recording was resumed; goes on with the same numbers
 *
 *   recorder                                     replayer, log, inspect, resume
 *      |  append(instructions, input)               |
 *   EventLogWriter --> Chronicle appender --> file --> EventLogReader --> Event
 *                                                   |  next(), end()
 *                                              LogReader: over all segments
 * </pre>
 *
 * <p>Nothing of Chronicle leaves this package. It writes; reading walks the file itself, because
 * that opens at once (Chronicle takes a second in a new JVM), needs no lock of a writer that was
 * killed, and can tell a torn tail from damage in the middle, which a tailer cannot: it stops at
 * both. A test keeps the two views of a file equal.
 */
@NullMarked
package org.replaymigrate.protocol.log;

import org.jspecify.annotations.NullMarked;
