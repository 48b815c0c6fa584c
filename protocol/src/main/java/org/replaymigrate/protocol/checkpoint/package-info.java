/**
 * Checkpoints: everything a machine is at one instruction, in one file. Taken while the guest runs
 * ({@link org.replaymigrate.protocol.checkpoint.Snapshot}); zero pages cost nothing; pages are
 * compressed in batches; every byte is covered by a checksum; the manifest comes last, so that a file
 * is complete or not a checkpoint. Byte for byte in docs/formats/checkpoint.md.
 */
@NullMarked
package org.replaymigrate.protocol.checkpoint;

import org.jspecify.annotations.NullMarked;
