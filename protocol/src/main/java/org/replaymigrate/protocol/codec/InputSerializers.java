package org.replaymigrate.protocol.codec;

import static org.replaymigrate.protocol.codec.Fields.require;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import org.replaymigrate.vkernel.port.Input.CheckpointTaken;
import org.replaymigrate.vkernel.port.Input.ClockAdvance;
import org.replaymigrate.vkernel.port.Input.ClockRead;
import org.replaymigrate.vkernel.port.Input.ConsoleBreak;
import org.replaymigrate.vkernel.port.Input.ConsoleBytes;
import org.replaymigrate.vkernel.port.Input.EndOfLog;
import org.replaymigrate.vkernel.port.Input.Entropy;
import org.replaymigrate.vkernel.port.Input.NetworkFrame;
import org.replaymigrate.vkernel.port.Input.OutputMark;
import org.replaymigrate.vkernel.port.Input.PowerButton;
import org.replaymigrate.vkernel.port.Input.StateDigest;

/**
 * The payload of every input, as it stands in logs and on the wire: {@code docs/formats/log.md}. A
 * payload that {@code Machine.apply} could not accept from any machine is refused here.
 */
final class InputSerializers {
  private static final int MAX_PORT = 8;

  private InputSerializers() {}

  /** One line an input; the id is {@code Input.id()}. */
  static void register(Kryo kryo) {
    kryo.register(ClockRead.class, new OfClockRead(), 10);
    kryo.register(Entropy.class, new OfEntropy(), 11);
    kryo.register(ClockAdvance.class, new OfClockAdvance(), 20);
    kryo.register(NetworkFrame.class, new OfNetworkFrame(), 30);
    kryo.register(ConsoleBytes.class, new OfConsoleBytes(), 40);
    kryo.register(ConsoleBreak.class, new Empty<>(new ConsoleBreak()), 41);
    kryo.register(PowerButton.class, new Empty<>(new PowerButton()), 50);
    kryo.register(OutputMark.class, new OfOutputMark(), 51);
    kryo.register(StateDigest.class, new OfStateDigest(), 52);
    kryo.register(CheckpointTaken.class, new OfCheckpointTaken(), 53);
    kryo.register(EndOfLog.class, new OfEndOfLog(), 54);
  }

  private static final class OfClockRead extends Serializer<ClockRead> {
    @Override
    public void write(Kryo kryo, Output out, ClockRead input) {
      out.writeLong(input.epochNanos());
    }

    @Override
    public ClockRead read(Kryo kryo, Input in, Class<? extends ClockRead> type) {
      return new ClockRead(in.readLong());
    }
  }

  private static final class OfEntropy extends Serializer<Entropy> {
    @Override
    public void write(Kryo kryo, Output out, Entropy input) {
      Fields.writeBytes(out, input.bytes());
    }

    @Override
    public Entropy read(Kryo kryo, Input in, Class<? extends Entropy> type) {
      byte[] bytes = Fields.readBytes(in);
      require(bytes.length >= 1 && bytes.length <= 256, bytes.length + " bytes of entropy");
      return new Entropy(bytes);
    }
  }

  private static final class OfClockAdvance extends Serializer<ClockAdvance> {
    @Override
    public void write(Kryo kryo, Output out, ClockAdvance input) {
      out.writeVarLong(input.ticks(), true);
    }

    @Override
    public ClockAdvance read(Kryo kryo, Input in, Class<? extends ClockAdvance> type) {
      long ticks = in.readVarLong(true);
      require(ticks >= 1, "clock advance of " + ticks + " ticks");
      return new ClockAdvance(ticks);
    }
  }

  private static final class OfNetworkFrame extends Serializer<NetworkFrame> {
    @Override
    public void write(Kryo kryo, Output out, NetworkFrame input) {
      out.writeVarInt(input.nic(), true);
      Fields.writeBytes(out, input.frame());
    }

    @Override
    public NetworkFrame read(Kryo kryo, Input in, Class<? extends NetworkFrame> type) {
      int nic = in.readVarInt(true);
      require(nic >= 0 && nic < MAX_PORT, "network device " + nic);
      byte[] frame = Fields.readBytes(in);
      require(frame.length >= 1 && frame.length <= 0xffff, "frame of " + frame.length + " bytes");
      return new NetworkFrame(nic, frame);
    }
  }

  private static final class OfConsoleBytes extends Serializer<ConsoleBytes> {
    @Override
    public void write(Kryo kryo, Output out, ConsoleBytes input) {
      out.writeVarInt(input.port(), true);
      Fields.writeBytes(out, input.bytes());
    }

    @Override
    public ConsoleBytes read(Kryo kryo, Input in, Class<? extends ConsoleBytes> type) {
      int port = in.readVarInt(true);
      require(port >= 0 && port <= MAX_PORT, "console " + port);
      byte[] bytes = Fields.readBytes(in);
      require(bytes.length >= 1 && bytes.length <= 0xffff, bytes.length + " console bytes");
      return new ConsoleBytes(port, bytes);
    }
  }

  /** Of an input without payload. */
  private static final class Empty<T> extends Serializer<T> {
    private final T value;

    Empty(T value) {
      super(false, true);
      this.value = value;
    }

    @Override
    public void write(Kryo kryo, Output out, T input) {}

    @Override
    public T read(Kryo kryo, Input in, Class<? extends T> type) {
      return value;
    }
  }

  /** Of the digest only 32 bits are kept: marks are frequent, and each follows the one before. */
  private static final class OfOutputMark extends Serializer<OutputMark> {
    @Override
    public void write(Kryo kryo, Output out, OutputMark input) {
      out.writeInt(OutputMarks.fold(input.outputDigest()));
    }

    @Override
    public OutputMark read(Kryo kryo, Input in, Class<? extends OutputMark> type) {
      return new OutputMark(in.readInt() & 0xffff_ffffL);
    }
  }

  private static final class OfStateDigest extends Serializer<StateDigest> {
    @Override
    public void write(Kryo kryo, Output out, StateDigest input) {
      out.writeLong(input.high());
      out.writeLong(input.low());
    }

    @Override
    public StateDigest read(Kryo kryo, Input in, Class<? extends StateDigest> type) {
      return new StateDigest(in.readLong(), in.readLong());
    }
  }

  private static final class OfCheckpointTaken extends Serializer<CheckpointTaken> {
    @Override
    public void write(Kryo kryo, Output out, CheckpointTaken input) {
      out.writeVarLong(input.checkpoint(), true);
    }

    @Override
    public CheckpointTaken read(Kryo kryo, Input in, Class<? extends CheckpointTaken> type) {
      long checkpoint = in.readVarLong(true);
      require(checkpoint >= 0, "checkpoint " + checkpoint);
      return new CheckpointTaken(checkpoint);
    }
  }

  private static final class OfEndOfLog extends Serializer<EndOfLog> {
    @Override
    public void write(Kryo kryo, Output out, EndOfLog input) {
      out.writeByte(input.reason());
    }

    @Override
    public EndOfLog read(Kryo kryo, Input in, Class<? extends EndOfLog> type) {
      int reason = in.readByte();
      require(reason >= 1 && reason <= 4, "end of log for reason " + reason);
      return new EndOfLog(reason);
    }
  }
}
