package org.replaymigrate.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.function.Predicate;

/**
 * One thing that must not enter the vkernel.
 *
 * @param name what is banned, as test reports show it
 * @param rule fails on the first use of it
 */
record Ban(String name, ArchRule rule) {

  private static final String VKERNEL = "org.replaymigrate.vkernel..";

  /**
   * Bans types from code, signatures and fields alike.
   *
   * @param types full class names; one that ends in a dot is a package with all below it
   */
  static Ban ofTypes(String name, String because, String... types) {
    List<String> banned = List.of(types);
    DescribedPredicate<JavaClass> predicate =
        DescribedPredicate.describe(
            name, used -> banned.stream().anyMatch(type -> covers(type, used.getName())));
    return new Ban(
        name,
        noClasses()
            .that()
            .resideInAPackage(VKERNEL)
            .should()
            .dependOnClassesThat(predicate)
            .because(because));
  }

  /** Bans calls, method references and field accesses. */
  static Ban ofMembers(String name, String because, Predicate<AccessTarget> members) {
    DescribedPredicate<JavaAccess<?>> predicate =
        DescribedPredicate.describe(name, access -> members.test(access.getTarget()));
    return new Ban(
        name,
        noClasses()
            .that()
            .resideInAPackage(VKERNEL)
            .should()
            .accessTargetWhere(predicate)
            .because(because));
  }

  private static boolean covers(String type, String used) {
    return type.endsWith(".")
        ? used.startsWith(type)
        : used.equals(type) || used.startsWith(type + "$");
  }

  @Override
  public String toString() {
    return name;
  }
}
