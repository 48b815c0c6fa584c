package org.replaymigrate.guest;

/**
 * One file of a guest.
 *
 * @param role what it is for: {@code kernel}, {@code initrd}, or a firmware's name
 * @param name its name in the guest's folder
 * @param size in bytes
 * @param sha256 64 hex digits
 */
public record GuestFile(String role, String name, long size, String sha256) {}
