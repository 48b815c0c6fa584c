/** How fast guests execute: guest kernels and real programs, here and in QEMU. */
@NullMarked
package org.replaymigrate.bench.speed;

import org.jspecify.annotations.NullMarked;
