package org.replaymigrate.protocol.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Output;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.vkernel.port.Input;

/**
 * Inputs as bytes: a byte with the id, then the payload. For one thread at a time.
 *
 * <p>An {@code OutputMark} comes back with 32 bits of its digest: see {@link OutputMarks}.
 */
public final class InputCodec {
  /** No input takes more bytes than this. */
  public static final int MAX_BYTES = 0xffff + 16;

  private final Kryo kryo = new Kryo();

  public InputCodec() {
    kryo.setRegistrationRequired(true);
    kryo.setReferences(false);
    InputSerializers.register(kryo);
  }

  /** Appends id and payload. */
  @SuppressWarnings("unchecked") // Kryo registers a serializer with the type it is for.
  public void write(Output out, Input input) {
    Registration registration = kryo.getRegistration(input.getClass());
    out.writeByte(registration.getId());
    ((Serializer<Input>) registration.getSerializer()).write(kryo, out, input);
  }

  /**
   * Takes one input from {@code in}, which is over an array and holds bytes whose checksum was
   * right.
   *
   * @throws FormatException.Corrupt for an unknown id, a bad payload, or too few bytes
   */
  public Input read(com.esotericsoftware.kryo.io.Input in) throws FormatException.Corrupt {
    try {
      int id = in.readByte() & 0xff;
      Registration registration = kryo.getRegistration(id);
      // Kryo's own registrations (primitives, strings) have ids of their own below 10.
      if (registration == null || !Input.class.isAssignableFrom(registration.getType())) {
        throw new FormatException.Corrupt("unknown input id " + id);
      }
      return (Input) read(registration, in);
    } catch (Malformed e) {
      throw new FormatException.Corrupt(e.what());
    } catch (KryoException e) {
      throw new FormatException.Corrupt("input is cut short");
    }
  }

  @SuppressWarnings("unchecked") // As above.
  private Object read(Registration registration, com.esotericsoftware.kryo.io.Input in) {
    return ((Serializer<Object>) registration.getSerializer())
        .read(kryo, in, (Class<Object>) registration.getType());
  }
}
