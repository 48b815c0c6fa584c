package org.replaymigrate.replayer.receive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.replaymigrate.protocol.codec.StateCodec;
import org.replaymigrate.protocol.digest.Digest128;
import org.replaymigrate.protocol.digest.HashTree;
import org.replaymigrate.protocol.host.HostedMachine;
import org.replaymigrate.protocol.page.PagedContent;
import org.replaymigrate.protocol.wire.PageBatch;
import org.replaymigrate.protocol.wire.WireConnection;
import org.replaymigrate.protocol.wire.WireMessage;
import org.replaymigrate.vkernel.MachineState;

/**
 * Corrects a state that a replay has got wrong: finds the pages that differ by walking down both
 * sides' hash trees, fetches them, and fetches everything that is not in pages. What is corrected
 * is content; the machine that had it cannot go on with it, and a new one has to be made.
 */
final class Repair {
  private final WireConnection connection;
  private final HostedMachine hosted;
  private final int silenceMillis;
  private final List<PagedContent> contents = new ArrayList<>();
  private long pages;

  /**
   * @param hosted a machine that stands still, its digest just computed
   * @param silenceMillis for how long the source may say nothing
   */
  Repair(WireConnection connection, HostedMachine hosted, int silenceMillis) {
    this.connection = connection;
    this.hosted = hosted;
    this.silenceMillis = silenceMillis;
  }

  /** How many pages differed. */
  long pages() {
    return pages;
  }

  /** The corrected content: RAM, then the disks; after {@link #run}. */
  List<PagedContent> contents() {
    return contents;
  }

  /** Corrects the pages, and returns the state of everything else. */
  MachineState run() throws IOException {
    List<PagedContent> before = hosted.contents();
    for (int part = 0; part < before.size(); part++) {
      BitSet unused = new BitSet();
      HashTree tree = hosted.tree(part);
      for (List<Integer> batch : batches(differing(part, tree, unused))) {
        WireMessage.Pages answer =
            ask(new WireMessage.AskPages(part, batch), WireMessage.Pages.class);
        PageBatch.restore(answer, batch, hosted.destination(part));
        pages += batch.size();
      }
      contents.add(new WithoutPages(before.get(part), unused));
    }
    return new StateCodec()
        .decodeState(ask(new WireMessage.AskState(), WireMessage.State.class).encoded());
  }

  /**
   * The pages to fetch.
   *
   * @param unused gets those that differ because the source has never written them
   */
  private List<Integer> differing(int part, HashTree tree, BitSet unused) throws IOException {
    List<Integer> nodes = List.of(0);
    for (int level = tree.levels() - 1; level >= 0; level--) {
      List<Integer> below = new ArrayList<>();
      int count = level == 0 ? tree.leaves() : tree.nodes(level - 1);
      for (int node : nodes) {
        byte[] theirs =
            ask(new WireMessage.AskNode(part, level, node), WireMessage.Node.class).children();
        if (theirs.length != HashTree.FANOUT * Digest128.BYTES) {
          throw new ReceptionException("a node of " + theirs.length + " bytes", false);
        }
        for (int child : tree.differing(level, node, theirs)) {
          if (child >= count) {
            throw new ReceptionException("a hash tree of another size", false);
          }
          if (level == 0 && isNone(theirs, child % HashTree.FANOUT)) {
            unused.set(child);
          } else {
            below.add(child);
          }
        }
      }
      nodes = below;
    }
    return nodes;
  }

  private static boolean isNone(byte[] digests, int index) {
    for (int i = index * Digest128.BYTES; i < (index + 1) * Digest128.BYTES; i++) {
      if (digests[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static List<List<Integer>> batches(List<Integer> all) {
    List<List<Integer>> batches = new ArrayList<>();
    for (int from = 0; from < all.size(); from += PageBatch.MOST) {
      batches.add(all.subList(from, Math.min(all.size(), from + PageBatch.MOST)));
    }
    return batches;
  }

  private <T extends WireMessage> T ask(WireMessage question, Class<T> answer) throws IOException {
    connection.send(question);
    WireMessage message = connection.receive(silenceMillis);
    if (message instanceof WireMessage.Abort abort) {
      throw new ReceptionException("the source gave up: " + abort.reason(), false);
    }
    if (!answer.isInstance(message)) {
      throw new ReceptionException("message " + message.id() + " for an answer", false);
    }
    return answer.cast(message);
  }
}
