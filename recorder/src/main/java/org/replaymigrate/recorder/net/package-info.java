/**
 * What stands at the other end of a guest's network card. Frames that come in are offered to the
 * machine's inputs; frames that go out have been released by the log before they come here. Like a
 * wire, a back end loses what it cannot carry and never holds up the machine.
 */
@NullMarked
package org.replaymigrate.recorder.net;

import org.jspecify.annotations.NullMarked;
