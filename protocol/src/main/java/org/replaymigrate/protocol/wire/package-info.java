/**
 * What two hosts say to each other while a vkernel moves.
 *
 * <pre>
 *   source                                             destination
 *     │ Hello (versions, who, which transfer, identity)     │
 *     │────────────────────────────────────────────────────▶│  owner: RECEIVING
 *     │                             Welcome, Holds / Refuse │
 *     │◀────────────────────────────────────────────────────│
 *     │ CheckpointPart*, CheckpointEnd   (the source runs)  │
 *     │────────────────────────────────────────────────────▶│  restores
 *     │   or BeginWith                                      │
 *     │────────────────────────────────────────────────────▶│  restores what it holds
 *     │                                              Begun  │
 *     │◀────────────────────────────────────────────────────│
 *     │ (LeapBegin, LeapPages*, LeapEnd)* where replaying   │
 *     │ falls behind                     (the source runs)  │
 *     │────────────────────────────────────────────────────▶│  goes on from there
 *     │ Events*, Horizon*                (the source runs)  │
 *     │────────────────────────────────────────────────────▶│  replays
 *     │                                           Applied*  │
 *     │◀────────────────────────────────────────────────────│
 *     │ Stop (last event, count, digest)  (nobody runs)     │
 *     │────────────────────────────────────────────────────▶│  replays to the end, compares
 *     │                                           Prepared  │  owner: PREPARED
 *     │◀────────────────────────────────────────────────────│
 *     │ owner: GIVEN         ◀── this write is the hand-over
 *     │ Commit                                              │
 *     │────────────────────────────────────────────────────▶│  owner: OWNED, next epoch
 *     │                                       Landed, Live  │  runs
 *     │◀────────────────────────────────────────────────────│
 * </pre>
 *
 * Either side may send Abort until the owner file of the source says GIVEN; a conversation that
 * ends before is an Abort. After it, the source says Commit again on a new connection ({@code
 * Decide}) until the destination has answered Live, however often that takes. Version policy: Hello
 * carries the range of versions that the source speaks; the destination picks the highest it speaks
 * too, or refuses.
 */
@NullMarked
package org.replaymigrate.protocol.wire;

import org.jspecify.annotations.NullMarked;
