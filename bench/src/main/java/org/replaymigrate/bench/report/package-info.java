/** What a comparison hands back: a table for people, an object for programs. */
@NullMarked
package org.replaymigrate.bench.report;

import org.jspecify.annotations.NullMarked;
