package org.replaymigrate.recorder.ship;

import org.replaymigrate.protocol.codec.StateCodec;
import org.replaymigrate.protocol.digest.HashTree;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.wire.PageBatch;
import org.replaymigrate.protocol.wire.WireMessage;

/**
 * Shows a destination whose replay has diverged what the state is. To be used only while the guest
 * stands still, after its digest was computed: then nobody else touches the machine.
 */
final class RepairDesk {
  private final HostedMachine hosted;
  private long pages;

  RepairDesk(HostedMachine hosted) {
    this.hosted = hosted;
  }

  /** How many pages it has given out. */
  long pages() {
    return pages;
  }

  /**
   * The answer to a question.
   *
   * @throws FormatException.Corrupt if it asks for something that is not there
   */
  WireMessage answer(WireMessage question) throws FormatException.Corrupt {
    return switch (question) {
      case WireMessage.AskNode ask -> node(ask);
      case WireMessage.AskPages ask -> {
        require(ask.part(), hosted.contents().size(), "part");
        pages += ask.pages().size();
        yield PageBatch.of(hosted.contents().get(ask.part()), ask.pages());
      }
      case WireMessage.AskState ask ->
          new WireMessage.State(new StateCodec().encode(hosted.machine().save()));
      default -> throw new FormatException.Corrupt("unexpected message " + question.id());
    };
  }

  private WireMessage.Node node(WireMessage.AskNode ask) throws FormatException.Corrupt {
    require(ask.part(), hosted.contents().size(), "part");
    HashTree tree = hosted.tree(ask.part());
    require(ask.level(), tree.levels(), "level");
    require(ask.index(), tree.nodes(ask.level()), "node");
    return new WireMessage.Node(tree.node(ask.level(), ask.index()));
  }

  private static void require(int number, int count, String what) throws FormatException.Corrupt {
    if (number < 0 || number >= count) {
      throw new FormatException.Corrupt(what + " " + number + " of " + count);
    }
  }
}
