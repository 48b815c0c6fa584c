/**
 * Where vkernels live on a host: a home folder, and in it a folder per vkernel, whose parts other
 * packages read and write.
 *
 * <pre>
 *   HOME/guests/                fetched guests
 *   HOME/vkernels/NAME/identity what it is; once this is there, the vkernel is
 *                      lock     held by the process that runs it
 *                      running  how to reach that process
 *                      owner    whether it may run here
 *                      checkpoints/ log/ disks/
 * </pre>
 */
@NullMarked
package org.replaymigrate.protocol.home;

import org.jspecify.annotations.NullMarked;
