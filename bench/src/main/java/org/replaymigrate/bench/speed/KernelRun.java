package org.replaymigrate.bench.speed;

import java.util.Map;

/**
 * What a run of a {@link GuestKernel} has shown, from the end of its warm-up to its end.
 *
 * @param seconds host time of the measured rounds
 * @param instructions as the guest has counted them; of use where instret counts instructions
 * @param checksum of the results, 16 hexadecimal digits
 * @param partSeconds host time of each part, in the order in which a round executes them
 */
record KernelRun(
    double seconds, long instructions, String checksum, Map<String, Double> partSeconds) {}
