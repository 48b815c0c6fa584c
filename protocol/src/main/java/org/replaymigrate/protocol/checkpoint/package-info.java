/**
 * Checkpoints: everything a machine is at one instruction. Taken while the guest runs ({@link
 * org.replaymigrate.protocol.checkpoint.Snapshot}); the file is a manifest, which says where in the
 * store of the home each page is; zero pages cost nothing, and pages that are there already cost
 * their place in the manifest. Everything that a manifest refers to is durable before it appears.
 * Byte for byte in docs/formats/checkpoint.md.
 *
 * <pre>
 *   machine's thread            writing thread                       any time later
 *   CheckpointSeries.hold ----&gt; Snapshot.write(folder)
 *   keep(page) -- PagesAside --&gt;   | claims pages                    CheckpointFolder.open(number)
 *        (before it changes)       v                                       |
 *   release() &lt;---------------- StoreSink --&gt; packs of the store --------&gt; CheckpointReader, Part
 *        (Lineage)              ManifestFile --&gt; 00000007.ckpt --------&gt; (a PageSource)
 * </pre>
 *
 * {@link org.replaymigrate.protocol.checkpoint.HeldPages} alone are what a destination is sent to
 * leap ahead; it makes them a checkpoint on top of the one that it has ({@link
 * org.replaymigrate.protocol.checkpoint.CheckpointPatch}).
 *
 * <p>Between hosts a checkpoint travels as a file of format 1 ({@link
 * org.replaymigrate.protocol.checkpoint.CheckpointExport}, {@link
 * org.replaymigrate.protocol.checkpoint.CheckpointImport}).
 */
@NullMarked
package org.replaymigrate.protocol.checkpoint;

import org.jspecify.annotations.NullMarked;
