package org.replaymigrate.protocol.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.replaymigrate.protocol.format.FormatException;

/**
 * The pages of a home: {@code store/packs/HASH.pack}, and a lock. Any thread, any number of
 * processes. One object a folder and JVM, which all that ask share.
 */
public final class PageStore {
  private static final String SUFFIX = ".pack";
  private static final String PART = ".part";
  private static final int HEAP_SHARE = 8;

  /** What a page takes in the index, and in the table of its pack. */
  private static final int INDEX_BYTES = 80;

  private static final FileTime OLDEST = FileTime.fromMillis(0);
  private static final Map<Path, PageStore> STORES = new ConcurrentHashMap<>();

  private final Path folder;
  private final StoreLock lock;
  private final Set<Sha256> present = new HashSet<>();
  private final Map<Sha256, PackTable> tables = new HashMap<>();
  private PageIndex index = new PageIndex();

  /** Pages that may be looked for by name, so that a large store does not take all memory. */
  private int mostIndexed =
      (int) Math.min(1 << 28, Runtime.getRuntime().maxMemory() / HEAP_SHARE / INDEX_BYTES);

  private PageStore(Path folder) {
    this.folder = folder;
    this.lock = new StoreLock(folder.resolve("lock"));
  }

  /** The store in a folder, which is made when somebody adds to it. */
  public static PageStore at(Path folder) {
    return STORES.computeIfAbsent(folder.toAbsolutePath().normalize(), PageStore::new);
  }

  public Path folder() {
    return folder;
  }

  Path packs() {
    return folder.resolve("packs");
  }

  static String fileName(Sha256 pack) {
    return pack + SUFFIX;
  }

  /** The file of a pack, whether it is there or not. */
  public Path file(Sha256 pack) {
    return packs().resolve(fileName(pack));
  }

  /**
   * The right to refer to pages: while somebody has it nothing is removed. To be closed when what
   * refers to them is durable.
   */
  public final class Hold implements Closeable {
    private boolean held = true;

    private Hold() {}

    /** The store that is held. */
    public PageStore store() {
      return PageStore.this;
    }

    @Override
    public void close() throws IOException {
      if (held) {
        held = false;
        lock.releaseShared();
      }
    }
  }

  /** Waits while somebody removes what nobody needs, which takes moments. */
  public Hold hold() throws IOException {
    create();
    lock.takeShared();
    return new Hold();
  }

  private void create() throws IOException {
    if (!Files.isDirectory(packs())) {
      // The memory of a vkernel is nobody else's business.
      Files.createDirectories(
          packs(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /** What one may do who has the store alone. */
  @FunctionalInterface
  public interface Alone {
    void run() throws IOException;
  }

  /**
   * Does something while nobody refers to anything new.
   *
   * @param millis for how long to wait for those who do
   * @return false if they have not come to an end in that time, and nothing was done
   */
  public boolean alone(long millis, Alone action) throws IOException {
    create();
    if (!lock.takeAlone(millis)) {
      return false;
    }
    try {
      action.run();
      return true;
    } finally {
      lock.releaseAlone();
    }
  }

  /** The packs that are there. */
  public Set<Sha256> list() throws IOException {
    Set<Sha256> found = new HashSet<>();
    for (Path file : files()) {
      Sha256 id = id(file);
      if (id != null) {
        found.add(id);
      }
    }
    return found;
  }

  /** What an interrupted writer has left; of one that writes, if anybody holds the store. */
  public List<Path> leftovers() throws IOException {
    return files().stream().filter(file -> file.toString().endsWith(PART)).toList();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(packs())) {
      return files.toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static @Nullable Sha256 id(Path file) {
    String name = file.getFileName().toString();
    if (!name.endsWith(SUFFIX)) {
      return null;
    }
    try {
      return Sha256.parse(name.substring(0, name.length() - SUFFIX.length()));
    } catch (IllegalArgumentException e) {
      return null; // not one of ours
    }
  }

  /**
   * Opens a pack.
   *
   * @throws NoSuchFileException if it is not there
   * @throws FormatException if it is damaged, or of another version
   */
  public Pack open(Sha256 pack) throws IOException {
    PackTable known;
    synchronized (this) {
      known = tables.get(pack);
    }
    return known == null ? Pack.open(file(pack), pack) : Pack.open(file(pack), known);
  }

  /**
   * Reads what packs there are now, so that their pages are found: those of the newest packs, as
   * many as an eighth of the heap holds. A damaged pack is passed over. A page that is not found
   * though it is there is stored once more, and that is all.
   */
  public synchronized void refresh() throws IOException {
    Set<Sha256> there = list();
    if (!there.containsAll(present)) {
      forget();
    }
    List<Sha256> fresh = there.stream().filter(id -> !present.contains(id)).toList();
    present.addAll(fresh);
    for (Sha256 id : newestFirst(fresh)) {
      if (index.pages() >= mostIndexed) {
        return;
      }
      try (Pack pack = Pack.open(file(id), id)) {
        learn(pack.table());
      } catch (FormatException | NoSuchFileException ignored) {
        // Whoever needs it will say so.
      }
    }
  }

  private List<Sha256> newestFirst(List<Sha256> packs) throws IOException {
    if (packs.size() < 2) {
      return packs;
    }
    Map<Sha256, FileTime> times = new HashMap<>();
    for (Sha256 id : packs) {
      try {
        times.put(id, Files.getLastModifiedTime(file(id)));
      } catch (NoSuchFileException ignored) {
        // It has just gone.
      }
    }
    return packs.stream()
        .sorted(Comparator.comparing((Sha256 id) -> times.getOrDefault(id, OLDEST)).reversed())
        .toList();
  }

  private void forget() {
    present.clear();
    tables.clear();
    index = new PageIndex();
  }

  /** A pack that has just been added; its pages are found from now on. */
  synchronized void learn(PackTable table) {
    if (index.pages() >= mostIndexed) {
      tables.clear(); // of what was there first, least is likely to come again
      index = new PageIndex();
    }
    present.add(table.id());
    tables.put(table.id(), table);
    index.add(table);
  }

  /** For tests. */
  synchronized void limit(int pages) {
    mostIndexed = pages;
  }

  /** Where a page is, as of the last {@link #refresh}; null if it is not here. */
  synchronized PageIndex.@Nullable Place find(Sha256 page) {
    return index.find(page);
  }

  /** Whether a pack is here, as of the last {@link #refresh}. */
  public synchronized boolean has(Sha256 pack) {
    return present.contains(pack);
  }

  /** Whether a page is here, as of the last {@link #refresh}. */
  public boolean contains(Sha256 page) {
    return find(page) != null;
  }

  /**
   * A page, compared with its name; null if it is not here, as of the last {@link #refresh}.
   *
   * @return 4096 bytes
   * @throws FormatException if it is damaged
   */
  public byte @Nullable [] get(Sha256 page) throws IOException {
    PageIndex.Place place = find(page);
    if (place == null) {
      return null;
    }
    PackTable table = place.pack();
    try (Pack pack = Pack.open(file(table.id()), table)) {
      int batch = table.batchOf(place.entry());
      byte[] pages = pack.batch(batch);
      pack.verify(pages, place.entry(), new Sha256.Hasher());
      int at = (place.entry() - table.first(batch)) * PackFormat.PAGE;
      return Arrays.copyOfRange(pages, at, at + PackFormat.PAGE);
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}
