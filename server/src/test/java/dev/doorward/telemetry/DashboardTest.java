package dev.doorward.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Session;
import dev.doorward.v1.ValidateSessionRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is drawn, and what somebody is woken for, is there: a name that is not would stay silent for ever. */
@ExtendWith(DoorwardExtension.class)
class DashboardTest {

  private static final Pattern METRIC =
      Pattern.compile("\\b(?:doorward|grpc_server|db_client|jvm)_\\w+(?=[{)\\[ ,])");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)(?:=~?|!~?)\\\\?\"([^\"\\\\]*)");

  @Test
  void everyMetricOfTheDashboardAndOfTheAlertsIsThere(TestServer server) {
    Session session = server.given().session();
    server
        .sessions()
        .validateSession(ValidateSessionRequest.newBuilder()
            .setSessionToken(session.getSessionToken())
            .build());
    System.gc(); // Of which one metric tells.
    String metrics = server.admin("/metrics").body();
    Set<String> names = metrics
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("[{ ]", 2)[0])
        .collect(Collectors.toCollection(TreeSet::new));

    Set<String> wanted = files()
        .flatMap(text -> METRIC.matcher(text).results())
        .map(found -> found.group())
        .filter(name -> !LABELS.contains(name))
        .collect(Collectors.toCollection(TreeSet::new));

    assertThat(wanted).hasSizeGreaterThan(15).isSubsetOf(names);
    assertThat(files()
            .flatMap(text -> MATCHER.matcher(text).results())
            .map(found -> found.group(1))
            .filter(label -> !List.of("instance", "job", "uid", "severity").contains(label))
            .collect(Collectors.toSet()))
        .as("labels")
        .isNotEmpty()
        .allMatch(label -> metrics.contains(label + "=\""));
  }

  @Test
  void everyReasonThatAnAlertNamesIsOne() {
    Set<String> reasons =
        Arrays.stream(Reason.values()).map(Reason::name).collect(Collectors.toSet());
    Pattern of = Pattern.compile("reason=~?\\\\?\"([A-Z_|]+)");

    assertThat(files()
            .flatMap(text -> of.matcher(text).results())
            .map(found -> found.group(1))
            .flatMap(names -> Stream.of(names.split("\\|"))))
        .isNotEmpty()
        .isSubsetOf(reasons);
  }

  /** Of db_client_connection_state and the like: labels that look like names. */
  private static final Set<String> LABELS =
      Set.of("db_client_connection_pool_name", "db_client_connection_state");

  private static Stream<String> files() {
    return Stream.of("grafana/doorward.json", "prometheus/alerts.yaml").map(DashboardTest::read);
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of("../docker").resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
