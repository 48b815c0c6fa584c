/**
 * From decoded blocks to JVM bytecode. What is translated, and when, changes speed only: a region
 * leaves the machine in the state in which the interpreter would have left it, at the same count.
 * Nothing here executes or touches guest state.
 *
 * <pre>
 *   hot block ─▶ RegionPlanner ─▶ RegionPlan ─▶ RegionCompiler ─▶ class file ─▶ Region ─▶ Block
 *   (interpreter)   machine's thread            │       any thread        │   machine's thread
 * </pre>
 */
@NullMarked
package org.replaymigrate.vkernel.translate;

import org.jspecify.annotations.NullMarked;
