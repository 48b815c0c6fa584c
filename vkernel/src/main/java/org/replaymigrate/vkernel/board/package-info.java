/** Where everything sits: the memory map of {@code virt}, its device tree, and loading a guest. */
@NullMarked
package org.replaymigrate.vkernel.board;

import org.jspecify.annotations.NullMarked;
