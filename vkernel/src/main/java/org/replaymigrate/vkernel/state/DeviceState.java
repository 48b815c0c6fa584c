package org.replaymigrate.vkernel.state;

/**
 * Marks the plain record that holds all state of one device. It is saved whole; the device's {@code
 * restore} validates every field, because the record may come from a hostile peer, and throws
 * {@link InvalidStateException}.
 *
 * <p>Components are primitives, {@code byte[]}, {@code int[]}, {@code long[]}, strings, other such
 * records and lists of them. Arrays are fresh copies.
 */
public interface DeviceState {}
