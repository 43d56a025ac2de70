package dev.doorward.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whoever adds a parser gives it to the fuzzer. */
class FuzzTargetsTest {

  /** By name and parameter the kind of method that makes something of what anybody may have written. */
  private static final Set<String> WRITTEN =
      Set.of("java.lang.String", "[B", "java.nio.file.Path", "java.security.cert.X509Certificate");

  @Test
  void everyParserIsATargetOfTheFuzzer() {
    JavaClasses classes = new ClassFileImporter()
        .withImportOption(location -> !location.contains("/v1/"))
        .importPackages("dev.doorward");
    List<String> parsers = classes.stream()
        .filter(FuzzTargetsTest::isProduction)
        .filter(FuzzTargetsTest::isParser)
        .map(JavaClass::getSimpleName)
        .toList();
    assertThat(parsers).contains("Email", "CallerKey", "PageTokens", "Fields", "UserFields");

    List<String> forgotten = classes.stream()
        .filter(FuzzTargetsTest::isProduction)
        .filter(FuzzTargetsTest::isParser)
        .filter(parser -> parser.getDirectDependenciesToSelf().stream()
            .noneMatch(use -> use.getOriginClass().getName().contains("FuzzTest")))
        .map(JavaClass::getName)
        .toList();
    assertThat(forgotten).as("parsers that no *FuzzTest calls").isEmpty();
  }

  private static boolean isProduction(JavaClass type) {
    return type.getSource()
            .filter(source -> ImportOption.Predefined.DO_NOT_INCLUDE_TESTS.includes(
                com.tngtech.archunit.core.importer.Location.of(source.getUri())))
            .isPresent()
        && !type.getPackageName().startsWith("dev.doorward.development");
  }

  private static boolean isParser(JavaClass type) {
    return type.getSimpleName().endsWith("Fields")
        || type.getMethods().stream().anyMatch(FuzzTargetsTest::parses);
  }

  private static boolean parses(JavaMethod method) {
    return method.getModifiers().contains(JavaModifier.STATIC)
        && !method.getModifiers().contains(JavaModifier.PRIVATE)
        && method.getName().matches("(parse|read).*")
        && method.getRawParameterTypes().stream()
            .anyMatch(type -> WRITTEN.contains(type.getName()));
  }
}
