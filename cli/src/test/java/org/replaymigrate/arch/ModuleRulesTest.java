package org.replaymigrate.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may see whom: {@code vkernel <- protocol <- recorder, replayer <- cli}. */
class ModuleRulesTest {

  private static final String BASE = "org.replaymigrate.";
  private static JavaClasses project;

  @BeforeAll
  static void readTheProject() {
    project =
        new ClassFileImporter()
            .withImportOption(new ProductionCode())
            .importPackages("org.replaymigrate");
  }

  @Test
  void vkernelDependsOnTheJdkOnly() {
    check(
        classes()
            .that()
            .resideInAPackage(BASE + "vkernel..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java..", "jdk.internal.misc..", "org.jspecify.annotations..", BASE + "vkernel.."));
  }

  /** It is there only where the JVM exports it, which {@code RawMemory} asks first. */
  @Test
  void oneClassUsesTheInternalsOfTheJdk() {
    check(
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName(BASE + "vkernel.memory.AddressedMemory")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.internal.."));
  }

  @Test
  void protocolSeesTheVkernelOnly() {
    check(moduleDoesNotSee("protocol", "recorder", "replayer", "guest", "cli"));
  }

  @Test
  void recorderAndReplayerDoNotSeeEachOther() {
    check(moduleDoesNotSee("recorder", "replayer", "guest", "cli"));
    check(moduleDoesNotSee("replayer", "recorder", "guest", "cli"));
  }

  @Test
  void guestSeesNoOtherModule() {
    check(moduleDoesNotSee("guest", "vkernel", "protocol", "recorder", "replayer", "cli"));
  }

  @Test
  void librariesStayInTheModulesThatOwnThem() {
    check(libraryStaysIn("protocol.log..", "net.openhft.chronicle.."));
    check(
        libraryStaysIn(
            "protocol..", "com.esotericsoftware..", "com.github.luben..", "net.openhft.."));
    check(libraryStaysIn("protocol.tls..", "org.bouncycastle.."));
    check(libraryStaysIn("replayer..", "com.lmax.."));
    check(libraryStaysIn("guest..", "org.apache.commons..", "org.tukaani.."));
    check(libraryStaysIn("cli..", "picocli..", "org.jline..", "me.tongfei..", "ch.qos.logback.."));
  }

  @Test
  void onlyTheCommandWritesToStandardStreams() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(BASE + "cli..")
            .should(ACCESS_STANDARD_STREAMS)
            .because("standard output belongs to the guest's console and to --json"));
  }

  @Test
  void everyPackageIsNullMarked() {
    check(classes().should(liveInANullMarkedPackage()));
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(project);
  }

  private static ArchRule moduleDoesNotSee(String module, String... others) {
    String[] packages = new String[others.length];
    for (int i = 0; i < others.length; i++) {
      packages[i] = BASE + others[i] + "..";
    }
    return noClasses()
        .that()
        .resideInAPackage(BASE + module + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages);
  }

  private static ArchRule libraryStaysIn(String owner, String... library) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(BASE + owner)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(library);
  }

  private static ArchCondition<JavaClass> liveInANullMarkedPackage() {
    return new ArchCondition<>("live in a package whose package-info says @NullMarked") {
      @Override
      public void check(JavaClass checked, ConditionEvents events) {
        events.add(
            new SimpleConditionEvent(
                checked,
                checked.getPackage().isAnnotatedWith(NullMarked.class),
                checked.getName() + " lives in a package without @NullMarked"));
      }
    };
  }
}
