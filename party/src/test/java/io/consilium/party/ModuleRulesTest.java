package io.consilium.party;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.consilium.coordinator.contract.VerdictDocument;
import io.consilium.datasets.DatasetException;
import io.consilium.datasets.table.DataProblem;
import io.consilium.datasets.table.InvalidDataException;
import io.consilium.protocols.Disclosure;

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

  @ArchTest
  static final ArchRule MODULES_DEPEND_AS_THE_ARCHITECTURE_DRAWS_THEM =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("protocols")
          .definedBy("io.consilium.protocols..")
          .layer("datasets")
          .definedBy("io.consilium.datasets..")
          .layer("training")
          .definedBy("io.consilium.training..")
          .layer("inference")
          .definedBy("io.consilium.inference..")
          .layer("coordinator")
          .definedBy("io.consilium.coordinator..")
          .layer("party")
          .definedBy("io.consilium.party..")
          .whereLayer("protocols")
          .mayNotAccessAnyLayer()
          .whereLayer("datasets")
          .mayNotAccessAnyLayer()
          .whereLayer("coordinator")
          .mayNotAccessAnyLayer()
          .whereLayer("training")
          .mayOnlyAccessLayers("protocols")
          .whereLayer("inference")
          .mayOnlyAccessLayers("training", "protocols");

  /** What can be opened is decided where the manifest is compiled, and nowhere else. */
  @ArchTest
  static final ArchRule ONLY_THE_PLAN_GRANTS_DISCLOSURES =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.consilium.party.plan..", "io.consilium.protocols")
          .should()
          .callMethodWhere(target(name("grant")).and(target(owner(type(Disclosure.class)))));

  /** The rules and the plan of a job come before its records: they have no way to read any. */
  @ArchTest
  static final ArchRule DECIDING_READS_NO_RECORD =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.consilium.party.plan..",
              "io.consilium.party.policy..",
              "io.consilium.party.manifest..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.consilium.datasets.table..");

  /** A message about records is written to the site's log, and seen by nobody else in a node. */
  @ArchTest
  static final ArchRule MESSAGES_ABOUT_RECORDS_MEET_THE_LOG_ONLY =
      noClasses()
          .that()
          .resideInAPackage("io.consilium.party.job..")
          .and()
          .doNotHaveSimpleName("OwnRecords")
          .and()
          .doNotHaveSimpleName("SiteRecords")
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(DatasetException.class, InvalidDataException.class, DataProblem.class);

  /** What a refusal can say is a closed list. */
  @ArchTest
  static final ArchRule ONLY_REFUSALS_REFUSE =
      noClasses()
          .that()
          .resideInAPackage("io.consilium.party..")
          .and()
          .doNotHaveSimpleName("Refusal")
          .should()
          .callConstructorWhere(target(owner(type(VerdictDocument.Refused.class))));

  /** Raw shares leave a session only on their way to the party's own sealed store. */
  @ArchTest
  static final ArchRule ONLY_THE_STORE_TAKES_SHARES =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.consilium.party.job..", "io.consilium.protocols.rep3..")
          .should()
          .accessClassesThat()
          .haveFullyQualifiedName("io.consilium.protocols.rep3.InsecureShareAccess");

  @ArchTest
  static final ArchRule ND4J_IS_FOR_PREPROCESSING_AND_VERIFICATION =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.consilium.datasets.encoding..", "io.consilium.training.plain..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.nd4j..");

  @ArchTest
  static final ArchRule NO_WEAK_RANDOMNESS =
      noClasses()
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(java.util.Random.class, java.util.concurrent.ThreadLocalRandom.class);

  @ArchTest
  static final ArchRule NO_JAVA_SERIALISATION =
      noClasses()
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(java.io.ObjectInputStream.class, java.io.ObjectOutputStream.class);

  @ArchTest
  static final ArchRule SHARES_DO_NOT_MEET_A_LOGGER =
      noClasses()
          .that()
          .resideInAPackage("io.consilium.protocols..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.slf4j..", "ch.qos.logback..", "java.util.logging..");
}
