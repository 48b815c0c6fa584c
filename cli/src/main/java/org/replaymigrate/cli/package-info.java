/**
 * The command line: picocli commands and the wiring of the other modules. Logic that another module
 * should own does not belong here.
 */
@NullMarked
package org.replaymigrate.cli;

import org.jspecify.annotations.NullMarked;
