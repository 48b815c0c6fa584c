/**
 * Who may talk to this host: certificates, TLS 1.3 with both sides authenticated, and the rule that
 * nothing leaves the machine without it unless the user says so. Knows sockets and nothing of what
 * goes over them.
 */
@NullMarked
package org.replaymigrate.protocol.tls;

import org.jspecify.annotations.NullMarked;
