package org.replaymigrate.guest;

/**
 * One package that a guest was made from.
 *
 * @param name the package
 * @param version its version
 * @param size bytes of the {@code .deb}
 * @param sha256 of the {@code .deb}, 64 hex digits
 */
public record GuestPackage(String name, String version, long size, String sha256) {}
