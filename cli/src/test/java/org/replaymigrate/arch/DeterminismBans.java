package org.replaymigrate.arch;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.BaseStream;
import java.util.stream.Collectors;

/**
 * What would make two runs of one log differ, and is therefore kept out of the vkernel.
 *
 * <p>The machine is a pure function of its state and its logged inputs. Everything here is a way to
 * let the host in by another door: its clock, its random source, its scheduler, its files, its
 * addresses.
 */
final class DeterminismBans {

  static final List<Ban> ALL =
      List.of(
          Ban.ofMembers(
              "the host's clock",
              "guest time is a function of icount",
              on(System.class, "nanoTime", "currentTimeMillis")
                  .or(target -> inPackage(target, "java.time") && target.getName().equals("now"))),
          Ban.ofTypes(
              "clock objects",
              "guest time is a function of icount",
              "java.time.Clock",
              "java.time.InstantSource",
              "java.util.Date",
              "java.util.Calendar",
              "java.util.GregorianCalendar"),
          Ban.ofTypes(
              "random sources",
              "entropy is an input, and inputs are logged",
              "java.util.Random",
              "java.util.SplittableRandom",
              "java.util.random.",
              "java.security.SecureRandom"),
          Ban.ofMembers(
              "hidden random sources",
              "entropy is an input, and inputs are logged",
              on(Math.class, "random").or(on(java.util.UUID.class, "randomUUID"))),
          Ban.ofTypes(
              "threads",
              "one thread owns the machine; the scheduler of the host must not order anything",
              "java.lang.Thread",
              "java.lang.ThreadGroup",
              "java.lang.ThreadLocal",
              "java.lang.InheritableThreadLocal",
              "java.util.Timer",
              "java.util.TimerTask",
              "java.util.concurrent."),
          Ban.ofMembers(
              "parallel streams",
              "the order of effects would be the scheduler's",
              target ->
                  (target.getOwner().isAssignableTo(BaseStream.class)
                          && target.getName().equals("parallel"))
                      || (target.getOwner().isAssignableTo(Collection.class)
                          && target.getName().equals("parallelStream"))
                      || (target.getOwner().isEquivalentTo(java.util.Arrays.class)
                          && target.getName().startsWith("parallel"))),
          Ban.ofTypes(
              "sockets",
              "what comes from a network is an input, and inputs are logged",
              "java.net."),
          Ban.ofTypes(
              "files and channels",
              "what comes from a file is an input, or is part of the state",
              "java.nio.file.",
              "java.nio.channels.",
              "java.io.File",
              "java.io.FileDescriptor",
              "java.io.FileInputStream",
              "java.io.FileOutputStream",
              "java.io.FileReader",
              "java.io.FileWriter",
              "java.io.RandomAccessFile"),
          Ban.ofTypes(
              "the host's processes and native code",
              "what the host is must not be seen by the guest",
              "java.lang.Process",
              "java.lang.ProcessBuilder",
              "java.lang.ProcessHandle",
              "java.lang.Runtime",
              "java.lang.management.",
              "java.lang.foreign.Linker",
              "java.lang.foreign.SymbolLookup"),
          Ban.ofMembers(
              "the host's settings and standard streams",
              "what the host is must not be seen by the guest, nor the machine print past its port",
              on(
                      System.class,
                      "getenv",
                      "getProperty",
                      "getProperties",
                      "exit",
                      "load",
                      "loadLibrary",
                      "console",
                      "in",
                      "out",
                      "err")
                  .or(on(java.util.Locale.class, "getDefault"))
                  .or(on(java.util.TimeZone.class, "getDefault"))
                  .or(on(java.nio.charset.Charset.class, "defaultCharset"))),
          Ban.ofTypes(
              "tables in hash order",
              "their order of iteration is the JVM's; use arrays, EnumMap, TreeMap, LinkedHashMap",
              "java.util.HashMap",
              "java.util.HashSet",
              "java.util.Hashtable",
              "java.util.IdentityHashMap",
              "java.util.WeakHashMap"),
          Ban.ofMembers(
              "immutable sets and maps, and collectors of them",
              "their order of iteration is salted anew in each JVM",
              on(Set.class, "of", "copyOf")
                  .or(on(java.util.Map.class, "of", "ofEntries", "copyOf"))
                  .or(on(Collectors.class, "toSet", "toUnmodifiableSet", "toUnmodifiableMap"))
                  .or(on(Collectors.class, "toMap").and(hasFewerParametersThan(4)))
                  .or(on(Collectors.class, "groupingBy").and(hasFewerParametersThan(3)))),
          Ban.ofMembers(
              "identity hash codes",
              "they come from addresses or a random source of the JVM",
              on(System.class, "identityHashCode")
                  .or(DeterminismBans::inheritsItsHashCode)
                  .or(on(Objects.class, "hash", "hashCode"))),
          Ban.ofTypes(
              "references that the collector clears",
              "when memory is collected is the JVM's choice",
              "java.lang.ref."),
          Ban.ofMembers(
              "inexact functions of Math",
              "each JVM may round them differently; StrictMath may not",
              on(
                  Math.class,
                  "sin",
                  "cos",
                  "tan",
                  "asin",
                  "acos",
                  "atan",
                  "atan2",
                  "sinh",
                  "cosh",
                  "tanh",
                  "exp",
                  "expm1",
                  "log",
                  "log10",
                  "log1p",
                  "pow",
                  "cbrt",
                  "hypot")));

  private DeterminismBans() {}

  private static Predicate<AccessTarget> on(Class<?> owner, String... members) {
    Set<String> names = Set.of(members);
    return target -> target.getOwner().isEquivalentTo(owner) && names.contains(target.getName());
  }

  private static Predicate<AccessTarget> hasFewerParametersThan(int count) {
    return target ->
        target instanceof CodeUnitCallTarget call && call.getRawParameterTypes().size() < count;
  }

  /** True of {@code hashCode} where the class at hand has none of its own. */
  private static boolean inheritsItsHashCode(AccessTarget target) {
    return target.getName().equals("hashCode")
        && target
            .resolveMember()
            .filter(member ->
                member.getOwner().isEquivalentTo(Object.class)
                    || member.getOwner().isEquivalentTo(Enum.class))
            .isPresent();
  }

  private static boolean inPackage(AccessTarget target, String name) {
    String owner = target.getOwner().getPackageName();
    return owner.equals(name) || owner.startsWith(name + ".");
  }
}
