package org.replaymigrate.arch;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.replaymigrate.vkernel.arch.Harmless;
import org.replaymigrate.vkernel.arch.Offences;

class DeterminismBansTest {

  private static final List<Ban> BANS = DeterminismBans.ALL;
  private static final JavaClasses OFFENCES =
      new ClassFileImporter().importClasses(Offences.class.getDeclaredClasses());

  private static JavaClasses vkernel;

  @BeforeAll
  static void readTheVkernel() {
    vkernel =
        new ClassFileImporter()
            .withImportOption(new ProductionCode())
            .importPackages("org.replaymigrate.vkernel");
    assertFalse(vkernel.isEmpty());
  }

  static Stream<Class<?>> offences() {
    return Stream.of(Offences.class.getDeclaredClasses());
  }

  @ParameterizedTest
  @FieldSource("BANS")
  void theVkernelKeepsTheBan(Ban ban) {
    ban.rule().check(vkernel);
  }

  @ParameterizedTest
  @MethodSource("offences")
  void everyOffenceIsCaught(Class<?> offender) {
    assertFalse(violatedBy(OFFENCES.that(equivalentTo(offender))).isEmpty());
  }

  @Test
  void everyBanCatchesSomething() {
    assertEquals(new LinkedHashSet<>(BANS), violatedBy(OFFENCES));
  }

  @Test
  void orderedTablesAndOwnHashCodesAreAllowed() {
    assertEquals(Set.of(), violatedBy(new ClassFileImporter().importClasses(Harmless.class)));
  }

  private static Set<Ban> violatedBy(JavaClasses classes) {
    Set<Ban> violated = new LinkedHashSet<>();
    for (Ban ban : BANS) {
      if (ban.rule().evaluate(classes).hasViolation()) {
        violated.add(ban);
      }
    }
    return violated;
  }
}
