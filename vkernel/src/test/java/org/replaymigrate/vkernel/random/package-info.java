/**
 * Random guest programs which must run alike on every conforming machine, and their comparison with
 * QEMU. {@link org.replaymigrate.vkernel.random.RandomImage} batches programs, each a sequence of
 * steps made from one seed, into a bare-metal image for the {@code virt} board; {@link
 * org.replaymigrate.vkernel.random.GuestRuntime} is the code around them that resets the machine,
 * answers traps and prints what is left in the end.
 *
 * <p>What two conforming machines may do differently must not get in, nor what QEMU 7.2 does
 * against the specification. Each exclusion stands beside the step that keeps clear of it;
 * together:
 *
 * <ul>
 *   <li>counters and time: their values are read and thrown away, only the right to read counts;
 *   <li>WARL and WLRL fields whose legal values are a machine's own choice: {@code misa}, ASIDs,
 *       {@code medeleg} of a misaligned fetch, causes above 15, counter enables above the first
 *       three, status bits of absent extensions, MPP = 2; identification registers; performance
 *       counters and events;
 *   <li>the tval of EBREAK (0 or its address); whether FS becomes dirty by an instruction that
 *       changes no floating-point register;
 *   <li>reservations: stores, traps or other widths between LR and SC, an SC near its LR's address,
 *       a misaligned or inaccessible SC without reservation;
 *   <li>reserved encodings other than those known to be illegal in both, and locked PMP entries
 *       (only a reset unlocks them);
 *   <li>interrupts that arrive while instructions run: all are pending before they are enabled;
 *   <li>QEMU 7.2: bit 0 of {@code sepc} and {@code mepc} can be set; CSRRS and CSRRC of a read-only
 *       register pass if the operand is a register that holds 0; pending interrupts of a level are
 *       taken by rising number; CTZW of zero; an AMO to no memory is reported as a load, and a page
 *       table in no memory as a page fault; the tval of a misaligned access to no memory is rounded
 *       down; translations made under MPRV survive the change of MPP by a trap; no rule at all in
 *       the PMP allows everything; Sv57 exists.
 * </ul>
 */
@NullMarked
package org.replaymigrate.vkernel.random;

import org.jspecify.annotations.NullMarked;
