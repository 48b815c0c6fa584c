package org.replaymigrate.bench.speed;

/**
 * One measured run of a program.
 *
 * @param seconds host time
 * @param instructions of the measured part, 0 if not known
 * @param result what it has computed: must be the same for everybody
 */
record Timing(double seconds, long instructions, String result) {}
