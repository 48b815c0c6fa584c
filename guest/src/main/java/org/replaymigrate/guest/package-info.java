/**
 * The guests at hand. {@link org.replaymigrate.guest.DebianGuest} puts Debian's riscv64 kernel and
 * busybox together from packages that the machine's own {@code apt-get} fetches and authenticates;
 * {@link org.replaymigrate.guest.GuestCatalogue} tells what is there. Nothing here runs a machine
 * or knows a terminal.
 */
@NullMarked
package org.replaymigrate.guest;

import org.jspecify.annotations.NullMarked;
