package org.replaymigrate.protocol.log;

import org.replaymigrate.vkernel.port.Input;

/**
 * An entry of the log.
 *
 * @param sequence its number in the recording, from 0, without gaps
 * @param instructions the count at which the input is applied; never less than the event's before
 * @param input what came in
 */
public record Event(long sequence, long instructions, Input input) {}
