/**
 * A RISC-V assembler for tests, so that they need no toolchain: {@link
 * org.replaymigrate.vkernel.asm.Assembler} is the way in. What an instruction looks like is known
 * in one place, the table {@link org.replaymigrate.vkernel.asm.InstructionTable}; nothing here
 * knows what an instruction does.
 */
@NullMarked
package org.replaymigrate.vkernel.asm;

import org.jspecify.annotations.NullMarked;
