package io.consilium.coordinator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The coordinator cannot touch a share: the class of a share is not on its class path. */
@AnalyzeClasses(packages = "io.consilium", importOptions = ImportOption.DoNotIncludeTests.class)
final class ModuleRulesTest {

  private static final DescribedPredicate<JavaClass> OTHER_MODULES =
      JavaClass.Predicates.resideInAPackage("io.consilium..")
          .and(
              DescribedPredicate.not(
                  JavaClass.Predicates.resideInAPackage("io.consilium.coordinator..")))
          .as("are of another module");

  @ArchTest
  static final ArchRule usesNothingOfTheOtherModules =
      noClasses().should().dependOnClassesThat(OTHER_MODULES);

  @ArchTest
  static final ArchRule identitiesNeedTheJdkOnly =
      noClasses()
          .that()
          .resideInAPackage("..identity..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.pekko..", "com.fasterxml..", "org.bouncycastle..");

  @ArchTest
  static final ArchRule decisionsAreMadeWithoutPekko =
      noClasses()
          .that()
          .haveSimpleName("Job")
          .or()
          .haveSimpleName("JobBook")
          .or()
          .haveSimpleName("Blame")
          .or()
          .haveSimpleName("Seat")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.pekko..");

  @ArchTest
  static final ArchRule nothingIsDeserializedTheJavaWay =
      noClasses().should().dependOnClassesThat().haveSimpleName("ObjectInputStream");
}
