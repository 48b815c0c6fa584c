/**
 * How inputs and states become bytes: Kryo with a closed table of types, fixed numeric ids and no
 * references. Bytes may come from a hostile peer. Whoever hands them in has capped their number and
 * checked a CRC32C; decoding then never allocates more than a small multiple of their length, and
 * everything that is wrong with them comes out as {@link
 * org.replaymigrate.protocol.format.FormatException.Corrupt}.
 *
 * <p>To add a type, add its line to {@code InputSerializers} or {@code StateTypes}. Ids are never
 * reused. A record whose components change gets a new id, and the old one stays readable through a
 * class of its own that turns the old record into the new one.
 */
@NullMarked
package org.replaymigrate.protocol.codec;

import org.jspecify.annotations.NullMarked;
