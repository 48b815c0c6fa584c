package org.replaymigrate.protocol.checkpoint;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * Anonymous memory in huge pages, as QEMU has for its guests: a guest's accesses are spread over
 * all of its RAM, more of it than the processor's own TLB covers with small pages. The JDK has no
 * way to ask for either, so this calls Linux by itself.
 */
@SuppressWarnings("restricted") // calls of the host are what it is for
final class AnonymousMemory {
  private static final long HUGE_PAGE = 2L << 20;

  // Of Linux on all of its processors that a JDK 25 runs on.
  private static final int PROT_READ_WRITE = 1 | 2;
  private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
  private static final int MADV_HUGEPAGE = 14;

  private final MethodHandle mmap;
  private final MethodHandle munmap;
  private final MethodHandle madvise;

  private AnonymousMemory(Linker linker) {
    AddressLayout pointer = ADDRESS;
    this.mmap =
        handle(
            linker,
            "mmap",
            FunctionDescriptor.of(
                pointer, pointer, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    this.munmap = handle(linker, "munmap", FunctionDescriptor.of(JAVA_INT, pointer, JAVA_LONG));
    this.madvise =
        handle(linker, "madvise", FunctionDescriptor.of(JAVA_INT, pointer, JAVA_LONG, JAVA_INT));
  }

  private static MethodHandle handle(Linker linker, String name, FunctionDescriptor descriptor) {
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
  }

  /** Null on a host that is not Linux. */
  static @Nullable AnonymousMemory ofThisHost() {
    return System.getProperty("os.name").equals("Linux")
        ? new AnonymousMemory(Linker.nativeLinker())
        : null;
  }

  /**
   * Zero-filled memory that begins with a huge page and goes back to the host with the arena.
   *
   * @return null if the host has none to give
   */
  @Nullable MemorySegment allocate(long bytes, Arena arena) {
    try {
      MemorySegment all =
          (MemorySegment)
              mmap.invokeExact(
                  MemorySegment.NULL,
                  bytes + HUGE_PAGE,
                  PROT_READ_WRITE,
                  MAP_PRIVATE_ANONYMOUS_NORESERVE,
                  -1,
                  0L);
      if (all.address() == -1) {
        return null;
      }
      long head = -all.address() & HUGE_PAGE - 1;
      MemorySegment start = MemorySegment.ofAddress(all.address() + head);
      if (head > 0) {
        unmap(all, head);
      }
      unmap(MemorySegment.ofAddress(start.address() + bytes), HUGE_PAGE - head);
      int _ = (int) madvise.invokeExact(start, bytes, MADV_HUGEPAGE); // only advice
      return start.reinterpret(bytes, arena, memory -> unmap(memory, bytes));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("mmap: " + e, e);
    }
  }

  private void unmap(MemorySegment start, long bytes) {
    if (bytes == 0) {
      return;
    }
    try {
      int _ = (int) munmap.invokeExact(start, bytes); // of memory of ours: cannot fail
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("munmap: " + e, e);
    }
  }
}
