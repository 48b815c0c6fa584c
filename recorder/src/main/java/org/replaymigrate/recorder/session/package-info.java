/** A vkernel that runs in this process, with everything around it. */
@NullMarked
package org.replaymigrate.recorder.session;

import org.jspecify.annotations.NullMarked;
