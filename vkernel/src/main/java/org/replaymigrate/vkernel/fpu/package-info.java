/**
 * IEEE 754-2019 binary32 and binary64 arithmetic as RISC-V's F and D extensions define it, on raw
 * bits: pure functions whose results and flags are the same on every host.
 *
 * <p>Two layers compute everything:
 *
 * <ul>
 *   <li>{@code SoftF64}, {@code SoftF32}, {@code SoftInteger} and {@code Rounding} use integers
 *       only and are the definition: any operand, any rounding mode, every flag.
 *   <li>{@code F64} and {@code F32} are what the machine calls. They use the host's arithmetic
 *       where Java's own specification (JLS 15.4: strict, round to nearest even) proves it equal to
 *       the definition, and go to the soft layer for everything else. Host NaNs never reach a
 *       result.
 * </ul>
 *
 * <p>Nothing here may hold state but the caller's {@code FpStatus}, allocate, or throw.
 */
@NullMarked
package org.replaymigrate.vkernel.fpu;

import org.jspecify.annotations.NullMarked;
