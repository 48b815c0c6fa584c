/**
 * Checkpoints: everything a machine is at one instruction, in one file. Taken while the guest runs
 * ({@link org.replaymigrate.protocol.checkpoint.Snapshot}); zero pages cost nothing; pages are
 * compressed in batches and known by their SHA-256; every byte is covered by a checksum; the
 * manifest comes last, so that a file is complete or not a checkpoint. A checkpoint may list only
 * the pages that have changed since another of the same vkernel. Byte for byte in
 * docs/formats/checkpoint.md.
 *
 * <pre>
 *   machine's thread          writing thread                        any time later
 *   new Snapshot ----------&gt; write(path)
 *   keep(page) -- PagesAside --&gt;   | claims pages                     CheckpointReader
 *        (before it changes)       v                                 |  manifest(), restore(space, to)
 *   release() &lt;------------- CheckpointWriter --&gt; 00000007.ckpt --&gt; CheckpointFile, and its parents'
 *                            (a PageSink)                            (a PageSource)
 * </pre>
 */
@NullMarked
package org.replaymigrate.protocol.checkpoint;

import org.jspecify.annotations.NullMarked;
