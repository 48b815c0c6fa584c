package org.replaymigrate.protocol.log;

/**
 * A place between two events.
 *
 * @param segment number of the segment it lies in
 * @param sequence of the next event
 * @param instructions the count that has been reached; the next event's is no less
 */
public record LogPosition(int segment, long sequence, long instructions) {}
