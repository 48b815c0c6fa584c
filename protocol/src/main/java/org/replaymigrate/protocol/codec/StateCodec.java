package org.replaymigrate.protocol.codec;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.KryoBufferUnderflowException;
import com.esotericsoftware.kryo.io.Output;
import java.util.List;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.vkernel.MachineConfig;
import org.replaymigrate.vkernel.MachineState;

/**
 * Configurations and states as bytes. Equal values give equal bytes, on every host: digests are
 * taken over them. For one thread at a time.
 */
public final class StateCodec {
  /** No configuration or state takes more bytes than this. */
  public static final int MAX_BYTES = 16 << 20;

  /** A machine, its slots, their devices, and what those consist of. */
  private static final int MAX_DEPTH = 8;

  private final Kryo kryo = new Kryo();

  public StateCodec() {
    this(StateTypes.table());
  }

  StateCodec(List<StateTypes.Line> table) {
    kryo.setRegistrationRequired(true);
    kryo.setReferences(false);
    kryo.setMaxDepth(MAX_DEPTH);
    for (StateTypes.Line line : table) {
      if (line.id() < 10 || kryo.getRegistration(line.id()) != null) {
        throw new IllegalArgumentException("id " + line.id() + " of " + line.type().getName());
      }
      kryo.register(line.type(), new RecordSerializer<>(kryo, line.type()), line.id());
    }
  }

  public byte[] encode(MachineConfig config) {
    return write(config);
  }

  public byte[] encode(MachineState state) {
    return write(state);
  }

  /**
   * Reads a configuration.
   *
   * @throws FormatException.Corrupt if the bytes are not exactly one valid configuration
   */
  public MachineConfig decodeConfig(byte[] bytes) throws FormatException.Corrupt {
    return read(bytes, MachineConfig.class);
  }

  /**
   * Reads a state. It is well formed; whether a machine can have it is for {@code Machine.restore}
   * to say.
   *
   * @throws FormatException.Corrupt if the bytes are not exactly one state
   */
  public MachineState decodeState(byte[] bytes) throws FormatException.Corrupt {
    return read(bytes, MachineState.class);
  }

  byte[] write(Record value) {
    Output out = new Output(1024, MAX_BYTES);
    kryo.writeObject(out, value);
    return out.toBytes();
  }

  <T extends Record> T read(byte[] bytes, Class<T> type) throws FormatException.Corrupt {
    String what = type.getSimpleName() + ": ";
    if (bytes.length > MAX_BYTES) {
      throw new FormatException.Corrupt(what + bytes.length + " bytes are too many");
    }
    Input in = new Input(bytes);
    try {
      T value = kryo.readObject(in, type);
      if (in.position() != in.limit()) {
        throw new FormatException.Corrupt(what + "more bytes than it takes");
      }
      return value;
    } catch (Malformed e) {
      throw new FormatException.Corrupt(what + e.what());
    } catch (KryoBufferUnderflowException e) {
      throw new FormatException.Corrupt(what + "cut short");
    } catch (KryoException e) {
      throw new FormatException.Corrupt(what + "records within records within records");
    }
  }
}
