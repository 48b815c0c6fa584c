/**
 * The programs that are compared, as processes of this host: started, typed to, stamped, stopped.
 */
@NullMarked
package org.replaymigrate.bench.host;

import org.jspecify.annotations.NullMarked;
