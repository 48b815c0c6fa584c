package org.replaymigrate.vkernel.board;

import org.jspecify.annotations.Nullable;

/**
 * What is in RAM at the first instruction.
 *
 * @param kernel a Linux {@code Image} or an ELF for S-mode; null with a bare-metal {@code firmware}
 * @param initrd an initial RAM disk
 * @param firmware runs in M-mode at 0x80000000 instead of the built-in SBI: an ELF or a flat image
 * @param commandLine the kernel's, in the device tree
 * @param seed 32 bytes for the guest's random number generator, in the device tree
 */
public record BootImage(
    byte @Nullable [] kernel,
    byte @Nullable [] initrd,
    byte @Nullable [] firmware,
    String commandLine,
    byte[] seed) {}
