package io.consilium.party;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.consilium", importOptions = DoNotIncludeTests.class)
final class ModuleRulesTest {

  /** A large parser of other people's bytes stays away from everything that runs for long. */
  @ArchTest
  static final ArchRule BOUNCY_CASTLE_IS_FOR_ENROLMENT_ONLY =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.consilium.party.pki..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bouncycastle..");

  /** The command line may use everything; nothing may depend on the command line. */
  @ArchTest
  static final ArchRule NOTHING_DEPENDS_ON_THE_COMMAND_LINE =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.consilium.party.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.consilium.party.cli..");
}
