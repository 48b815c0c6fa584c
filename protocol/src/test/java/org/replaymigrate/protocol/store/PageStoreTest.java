package org.replaymigrate.protocol.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.replaymigrate.protocol.format.FormatException;
import org.replaymigrate.protocol.format.FormatHeader;

@Timeout(60)
class PageStoreTest {
  private static final int PAGE = 4096;

  @TempDir Path temp;

  private PageStore store() {
    return PageStore.at(temp.resolve("store"));
  }

  private static byte[] page(int seed) {
    byte[] page = new byte[PAGE];
    Arrays.fill(page, (byte) seed);
    page[0] = (byte) (seed >> 8);
    return page;
  }

  private static Sha256 name(int seed) {
    return Sha256.of(page(seed), 0, PAGE);
  }

  /** Adds pages in one go; returns the pack that they are in. */
  private Sha256 add(int from, int to) throws IOException {
    try (PageStore.Hold hold = store().hold();
        PageAdder adder = new PageAdder(hold, List.of(), Set.of())) {
      for (int seed = from; seed < to; seed++) {
        adder.slot().copyFrom(MemorySegment.ofArray(page(seed)));
        adder.add();
      }
      return adder.finish().getLast();
    }
  }

  @Test
  void whatWasAddedIsFoundByItsName() throws IOException {
    add(0, 300);
    add(250, 400);
    for (int seed = 0; seed < 400; seed++) {
      assertArrayEquals(page(seed), store().get(name(seed)), "page " + seed);
    }
    assertFalse(store().contains(name(400)));
    assertNull(store().get(name(400)));
  }

  @Test
  void aPageIsKeptOnce() throws IOException {
    Sha256 first = add(0, 300);
    Sha256 second = add(250, 400);
    try (Pack a = store().open(first);
        Pack b = store().open(second)) {
      assertEquals(300, a.table().entries());
      assertEquals(100, b.table().entries());
    }
    assertEquals(first, add(0, 300));
    assertEquals(Set.of(first, second), store().list());
  }

  @Test
  void packsThatHaveGoneAreForgottenAtTheNextLook() throws IOException {
    Sha256 pack = add(0, 10);
    add(10, 20);
    Files.delete(store().file(pack));
    store().refresh();
    assertFalse(store().contains(name(3)));
    assertTrue(store().contains(name(13)));
  }

  @Test
  void anIndexThatIsFullForgetsAndNothingIsLost() throws IOException {
    store().limit(250);
    Sha256 first = add(0, 300);
    Sha256 second = add(300, 400); // and forgets the first
    assertFalse(store().contains(name(3)));
    assertTrue(store().contains(name(303)));
    assertTrue(store().has(first) && store().has(second));
    add(0, 10); // stored again
    assertArrayEquals(page(3), store().get(name(3)));
    assertEquals(3, store().list().size());
  }

  @Test
  void nothingIsLeftOfAWriterThatGaveUp() throws IOException {
    try (PageStore.Hold hold = store().hold();
        PageAdder adder = new PageAdder(hold, List.of(), Set.of())) {
      adder.slot().fill((byte) 1);
      adder.add();
      assertEquals(1, store().leftovers().size());
    }
    assertEquals(List.of(), store().leftovers());
    assertEquals(Set.of(), store().list());
  }

  @Test
  void whoRemovesWaitsForThoseWhoAdd() throws Exception {
    PageStore.Hold first = store().hold();
    PageStore.Hold second = store().hold();
    assertFalse(store().alone(50, () -> {}));
    first.close();
    CompletableFuture<Boolean> removed = new CompletableFuture<>();
    Thread remover =
        new Thread(() -> {
          try {
            removed.complete(store().alone(30_000, () -> {}));
          } catch (IOException e) {
            removed.completeExceptionally(e);
          }
        });
    remover.start();
    assertFalse(removed.isDone());
    second.close();
    assertTrue(removed.get(30, TimeUnit.SECONDS));
    remover.join();
  }

  @Test
  void whoAddsWaitsForWhoRemoves() throws Exception {
    List<String> order = new ArrayList<>();
    Thread[] adder = new Thread[1];
    store()
        .alone(
            1000,
            () -> {
              adder[0] =
                  new Thread(() -> {
                    try (PageStore.Hold _ = store().hold()) {
                      order.add("added");
                    } catch (IOException e) {
                      order.add(e.toString());
                    }
                  });
              adder[0].start();
              while (adder[0].getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
              }
              order.add("removed");
            });
    adder[0].join();
    assertEquals(List.of("removed", "added"), order);
  }

  /** What opening and reading a pack comes to whose bytes are these. */
  private void read(Sha256 id, byte[] bytes) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("damaged/packs"));
    Files.write(folder.resolve(PageStore.fileName(id)), bytes);
    try (Pack pack = PageStore.at(temp.resolve("damaged")).open(id)) {
      Sha256.Hasher hasher = new Sha256.Hasher();
      for (int batch = 0; batch < pack.table().batches(); batch++) {
        byte[] pages = pack.batch(batch);
        for (int e = pack.table().first(batch); e < pack.table().first(batch + 1); e++) {
          pack.verify(pages, e, hasher);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void everyFlippedBitOfAPackIsFound(long seed) throws IOException {
    Sha256 id = add(0, 300);
    byte[] good = Files.readAllBytes(store().file(id));
    read(id, good);
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = good.clone();
      int bit = i < 200 ? good.length * 8 - 1 - i : random.nextInt(good.length * 8);
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      var e = assertThrows(FormatException.class, () -> read(id, damaged), "bit " + bit);
      assertFalse(e.getMessage().contains("\n"));
    }
  }

  @Test
  void aPackCutShortIsRefused() throws IOException {
    Sha256 id = add(0, 300);
    byte[] good = Files.readAllBytes(store().file(id));
    Random random = new Random(3);
    for (int i = 0; i < 100; i++) {
      byte[] cut = Arrays.copyOf(good, random.nextInt(good.length));
      assertThrows(FormatException.Corrupt.class, () -> read(id, cut));
    }
  }

  @Test
  void anotherPackUnderTheNameIsRefused() throws IOException {
    Sha256 id = add(0, 10);
    Sha256 other = add(10, 20);
    byte[] bytes = Files.readAllBytes(store().file(other));
    var e = assertThrows(FormatException.Corrupt.class, () -> read(id, bytes));
    assertTrue(e.getMessage().endsWith("not the pack that it is called after"), e.getMessage());
  }

  @Test
  void aNewerPackIsRefused() throws IOException {
    Sha256 id = add(0, 10);
    byte[] bytes = Files.readAllBytes(store().file(id));
    System.arraycopy(new FormatHeader("pagepack", 1, 2).bytes(), 0, bytes, 0, FormatHeader.BYTES);
    assertThrows(FormatException.TooNew.class, () -> read(id, bytes));
  }

  /** Tables of garbage with right checksums: refused or read, and nothing else is thrown. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void tablesThatLieAreRefused(long seed) throws IOException {
    Sha256 id = add(0, 300);
    byte[] good = Files.readAllBytes(store().file(id));
    int end = good.length - PackFormat.FOOTER_BYTES;
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      byte[] bytes = good.clone();
      ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int table = (int) b.getLong(end);
      int batches = b.getInt(end + 8);
      switch (random.nextInt(3)) {
        case 0 -> b.putInt(table + 4 * random.nextInt(3 * batches), random.nextInt());
        case 1 -> b.putInt(table + 4 * random.nextInt(3 * batches), random.nextInt(200));
        default -> b.putInt(end + 4 * random.nextInt(4), random.nextInt() >>> random.nextInt(32));
      }
      b.putInt(end + 16, PackFormat.crc(Arrays.copyOfRange(bytes, table, end), end - table));
      b.putInt(end + 20, PackFormat.crc(Arrays.copyOfRange(bytes, end, end + 20), 20));
      if (!Arrays.equals(bytes, good)) {
        assertThrows(FormatException.class, () -> read(id, bytes), "seed " + seed + ", " + i);
      }
    }
  }

  @Test
  void aDamagedPackIsPassedOverByWhoLooksForPages() throws IOException {
    Sha256 id = add(0, 10);
    Path elsewhere = Files.createDirectories(temp.resolve("other/packs"));
    Path copy = elsewhere.resolve(PageStore.fileName(id));
    Files.copy(store().file(id), copy, StandardCopyOption.REPLACE_EXISTING);
    byte[] bytes = Files.readAllBytes(copy);
    bytes[bytes.length - 30] ^= 1;
    Files.write(copy, bytes);
    PageStore other = PageStore.at(temp.resolve("other"));
    other.refresh();
    assertFalse(other.contains(name(1)));
  }
}
