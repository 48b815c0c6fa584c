/**
 * The destination side of a recording: brings a machine from a base state through the log, checks
 * every digest on the way, and says exactly where the two part if they do.
 *
 * <pre>
 *   EventSource ──▶ receive ─▶ decode, check ─┬─▶ apply to the machine ─┬─▶ acknowledge
 *   (a log, or a stream                       └─▶ journal (if any) ─────┘
 *    that still grows)
 * </pre>
 *
 * <p>{@link org.replaymigrate.replayer.Replay} is the way in. The machine's thread runs to the
 * count of an event, applies it, and compares digests there and then, since a digest of RAM must
 * see the machine at the exact count; everything else happens beside it. What comes in may be
 * hostile: an entry that cannot be, or does not fit the machine, ends the replay and nothing else.
 *
 * <p>Nothing in here records, and no detail of Chronicle or of a network enters.
 */
@NullMarked
package org.replaymigrate.replayer;

import org.jspecify.annotations.NullMarked;
