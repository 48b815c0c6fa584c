/**
 * Who may run a vkernel: one small file in its folder, changed by one atomic rename.
 *
 * <pre>
 *            create                       accept a transfer
 *              │                                 │
 *              ▼          give                   ▼            all received
 *             OWNED ─────────────▶ GIVEN     RECEIVING ─────────────────────▶ PREPARED
 *               ▲                                │ abort, crash                │     │ abort
 *               │                                ▼                             │     ▼
 *               │                            (removed)                         │  (removed)
 *               └──────────────────────────────────────────────────────────────┘
 *                                     commit: epoch + 1
 * </pre>
 *
 * Of the two files of a transfer at any instant: the source's OWNED means the source is the owner;
 * GIVEN means the destination is, whether it says PREPARED still or OWNED already.
 */
@NullMarked
package org.replaymigrate.protocol.owner;

import org.jspecify.annotations.NullMarked;
