/**
 * How other processes of this user reach a running vkernel: a Unix domain socket which takes
 * requests as lines of JSON, and the fan-out of the guest's console.
 *
 * <pre>
 *   client                                   server
 *   {"request":"checkpoint", ...}     ──▶
 *                                     ◀──    {"progress":{...}}      any number
 *                                     ◀──    {"ok":{...}}  or  {"error":"one line","kind":"..."}
 *   {"request":"console"}             ──▶
 *                                     ◀──    {"ok":{}}, then the console's bytes, raw, both ways
 * </pre>
 *
 * A client that closes its connection while a request is under way cancels it, where that can be
 * done. What a request does to the machine it does on the machine's thread, through {@code
 * Recorder.post}.
 */
@NullMarked
package org.replaymigrate.recorder.control;

import org.jspecify.annotations.NullMarked;
