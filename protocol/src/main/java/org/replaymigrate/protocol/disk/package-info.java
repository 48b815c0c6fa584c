/**
 * Disks of a machine: what the guest writes goes into a working file of the vkernel, and a base
 * image, if there is one, is only ever read. The working file is rebuilt from a checkpoint and the
 * log after a crash, so that nothing here waits for a disk to be durable.
 */
@NullMarked
package org.replaymigrate.protocol.disk;

import org.jspecify.annotations.NullMarked;
