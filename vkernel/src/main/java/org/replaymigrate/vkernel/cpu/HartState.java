package org.replaymigrate.vkernel.cpu;

import org.replaymigrate.vkernel.state.DeviceState;

/**
 * All state of a hart.
 *
 * @param x 32 integer registers
 * @param f 32 floating-point registers, NaN-boxed
 * @param pc next instruction
 * @param privilege 0 U, 1 S, 3 M
 * @param run 0 stopped (SBI HSM), 1 running, 2 waiting for an interrupt
 * @param reservation physical address of the LR/SC reservation, or -1
 * @param executed instructions executed by this hart
 * @param csrs values of the CSRs with storage, in the order of {@code CsrFile}
 */
public record HartState(
    long[] x,
    long[] f,
    long pc,
    int privilege,
    int run,
    long reservation,
    long executed,
    long[] csrs)
    implements DeviceState {}
