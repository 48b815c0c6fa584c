/**
 * The machine against the specification: the unprivileged and privileged RISC-V ISA of 20240411.
 * What an instruction computes stands in tables of rows among the test resources; mechanisms have a
 * class each, over {@link org.replaymigrate.vkernel.conformance.TestHart}.
 */
@NullMarked
package org.replaymigrate.vkernel.conformance;

import org.jspecify.annotations.NullMarked;
