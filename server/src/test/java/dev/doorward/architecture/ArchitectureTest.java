package dev.doorward.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules that keep the folder tree the architecture. */
class ArchitectureTest {

  private static final String ROOT = "dev.doorward.";

  private static final JavaClasses CLASSES = new ClassFileImporter()
      .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
      .withImportOption(location -> !location.contains("/v1/"))
      .importPackages("dev.doorward");

  private static final DescribedPredicate<JavaClass> SPEAKS_PROTO = DescribedPredicate.describe(
      "are gRPC services or call them, or turn messages into values and back",
      type -> type.getPackageName().startsWith(ROOT + "rpc")
          || type.getPackageName().startsWith(ROOT + "remote")
          || outermost(type).matches(".*(GrpcService|Messages|Fields)")
          || outermost(type).equals("Doorward"));

  private static final DescribedPredicate<JavaClass> SPEAKS_SQL = DescribedPredicate.describe(
      "are mappers, or the database's own",
      type -> type.getPackageName().startsWith(ROOT + "database")
          || type.getPackageName().startsWith(ROOT + "development")
          || outermost(type).endsWith("Mapper"));

  private static final ArchCondition<JavaMethod> PUT_NO_TEXT_INTO_SQL =
      new ArchCondition<>("put no text into SQL") {
        @Override
        public void check(JavaMethod method, ConditionEvents events) {
          for (JavaAnnotation<JavaMethod> annotation : method.getAnnotations()) {
            boolean provided = annotation.getRawType().getSimpleName().endsWith("Provider");
            boolean pasted = annotation.getProperties().values().stream()
                .flatMap(value ->
                    value instanceof Object[] several ? Arrays.stream(several) : Stream.of(value))
                .anyMatch(value -> value.toString().contains("${"));
            if (provided || pasted) {
              events.add(SimpleConditionEvent.violated(
                  method, method.getFullName() + " makes its SQL of texts"));
            }
          }
        }
      };

  @Test
  void featuresDependDownwards() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + "user..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + "session..", ROOT + "account..", ROOT + "verification..", ROOT + "password..")
        .because("a user is there before anything that belongs to one")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(ROOT + "session..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + "account..", ROOT + "verification..", ROOT + "password..")
        .because("a session does not care by which way its user came in")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + "event..", ROOT + "revocation..", ROOT + "idempotency..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + "user..",
            ROOT + "session..",
            ROOT + "account..",
            ROOT + "verification..",
            ROOT + "password..",
            ROOT + "caller..")
        .because("the logs serve every feature and know none")
        .check(CLASSES);
  }

  @Test
  void foldersFormNoCircle() {
    slices()
        .matching(ROOT + "(*)..")
        .should()
        .beFreeOfCycles()
        .because("what can be read by itself can be changed by itself")
        .check(CLASSES);
  }

  @Test
  void nothingDependsOnTheWiring() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "(*)..")
        .and()
        .resideOutsideOfPackage(ROOT + "development..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.doorward")
        .because(
            "a feature knows its own section of the settings, and not what it is put together with")
        .check(CLASSES);
  }

  @Test
  void onlyTheEdgeSpeaksProto() {
    noClasses()
        .that(DescribedPredicate.not(SPEAKS_PROTO))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.grpc..", "com.google.protobuf..", "com.google.rpc..", ROOT + "v1..")
        .because(
            "operations are called by more than one protocol: the command line and sweepers too")
        .check(CLASSES);
  }

  @Test
  void onlyMappersSpeakSql() {
    noClasses()
        .that(DescribedPredicate.not(SPEAKS_SQL))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.sql..", "javax.sql..", "org.apache.ibatis..", "org.mariadb..", "com.zaxxer..")
        .because("a statement is looked for in one place")
        .check(CLASSES);
  }

  @Test
  void valuesGoIntoStatementsAsParametersAlone() throws IOException {
    methods()
        .that()
        .areDeclaredInClassesThat()
        .haveSimpleNameEndingWith("Mapper")
        .should(PUT_NO_TEXT_INTO_SQL)
        .because("whatever ${} puts into a statement is SQL, whoever wrote it")
        .check(CLASSES);
    try (Stream<Path> resources = Files.walk(Path.of("target/classes"))) {
      assertThat(resources.filter(ArchitectureTest::isMapper))
          .as("statements in XML, which the rule above does not see")
          .isEmpty();
    }
  }

  @Test
  void mappersStayInTheirFeature() {
    classes()
        .that()
        .haveSimpleNameEndingWith("Mapper")
        .should()
        .bePackagePrivate()
        .because("other features ask the feature's operations, which know its rules")
        .check(CLASSES);
  }

  @Test
  void grpcServicesAskOperations() {
    noClasses()
        .that()
        .haveSimpleNameEndingWith("GrpcService")
        .should()
        .dependOnClassesThat()
        .haveSimpleNameEndingWith("Mapper")
        .because("data flows one way: interceptors, service, operations, mapper, MariaDB")
        .check(CLASSES);
  }

  @Test
  void theEdgeKnowsNoFeature() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "rpc..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + "user..",
            ROOT + "session..",
            ROOT + "account..",
            ROOT + "verification..",
            ROOT + "password..",
            ROOT + "caller..")
        .because("a new feature changes nothing at the edge")
        .check(CLASSES);
  }

  @Test
  void productionKnowsNothingOfDevelopment() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "development..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + "development..", "ch.vorburger..")
        .because("the production artifact carries no database")
        .check(CLASSES);
  }

  @Test
  void nothingIsSynchronizedOnTheWayOfACall() {
    noMethods()
        .that()
        .areDeclaredInClassesThat()
        .haveSimpleNameEndingWith("GrpcService")
        .should()
        .haveModifier(JavaModifier.SYNCHRONIZED)
        .because("calls share nothing but the database")
        .check(CLASSES);
  }

  private static boolean isMapper(Path resource) {
    try {
      return resource.toString().endsWith(".xml") && Files.readString(resource).contains("<mapper");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String outermost(JavaClass type) {
    String name = type.getName().substring(type.getPackageName().length() + 1);
    return name.contains("$") ? name.substring(0, name.indexOf('$')) : name;
  }
}
