package dev.doorward.user;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.testing.Await;
import dev.doorward.testing.Given;
import dev.doorward.testing.Refusals;
import dev.doorward.testing.TestDatabase;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.token.Pseudonym;
import dev.doorward.token.TokenForm;
import dev.doorward.v1.Account;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.DeleteUserRequest;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.RequestPasswordResetRequest;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.SetPasswordRequest;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.User;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Somebody of whom every table knows something is deleted; then every column of every table is searched. */
class EraseUserTest {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static EmbeddedMariaDb mariaDb;
  private static TestServer server;

  /** Somebody, and by name everything about them that is in the database. */
  private record Traces(User user, Map<String, String> values) {}

  @BeforeAll
  static void start() {
    mariaDb = TestMariaDb.fresh();
    // So that what is to be forgotten tomorrow is not forgotten while the test runs.
    server = TestServer.start(mariaDb, "attempt.network-recovery", "1h");
  }

  @AfterAll
  static void stop() {
    server.close();
    mariaDb.close();
  }

  @Test
  void nothingRemainsButTheEventAndNobodyElseNotices() {
    Traces user = somebody(1);
    Traces neighbour = somebody(2);
    assertThat(places(user)).doesNotContainValue(List.of());
    List<String> neighboursRows = rowsOf(neighbour);
    Map<String, List<String>> neighboursPlaces = places(neighbour);
    long events = server.rows().count("event");

    server
        .users()
        .deleteUser(
            DeleteUserRequest.newBuilder().setUserId(user.user().getId()).build());

    // For a day there are ids in what makes caches forget and in what is kept for a repeated
    // request.
    assertThat(remaining(user))
        .containsExactlyInAnyOrderEntriesOf(Map.of(
            "id", List.of("event.userId", "idempotency.resourceId", "revocation.userId"),
            "session", List.of("idempotency.resourceId"),
            "revoked session", List.of("idempotency.resourceId", "revocation.sessionId"),
            "account", List.of("idempotency.resourceId"),
            "network", List.of("network_attempts.network")));
    assertThat(server
            .rows()
            .texts("SELECT type FROM event WHERE userId = ?", user.user().getId()))
        .containsExactly("USER_DELETED");
    assertThat(server.rows().count("event")).isEqualTo(events + 1);
    assertThat(rowsOf(neighbour)).isEqualTo(neighboursRows);
    assertThat(places(neighbour)).isEqualTo(neighboursPlaces);

    try (TestServer nextDay = TestServer.startAt(
        Instant.now().plus(Duration.ofHours(25)),
        TestDatabase.of(mariaDb),
        "retention.sweep-interval",
        "20ms",
        "attempt.sweep-interval",
        "20ms")) {
      Await.until(
          SOON,
          "the event remains",
          () -> remaining(user).equals(Map.of("id", List.of("event.userId"))));
    }
    assertThat(rowsOf(neighbour, "verification"))
        .isEqualTo(without(neighboursRows, "verification"));
  }

  private Traces somebody(int number) {
    Map<String, String> values = new LinkedHashMap<>();
    String email = Given.freeEmail();
    String mark = UUID.randomUUID().toString();
    User user = server
        .users()
        .createUser(dev.doorward.v1.CreateUserRequest.newBuilder()
            .setUser(User.newBuilder()
                .setEmail(email)
                .setName("name " + mark)
                .setImage("https://example.com/" + mark)
                .setMetadata(Struct.newBuilder()
                    .putFields(
                        "note",
                        Value.newBuilder().setStringValue("metadata " + mark).build())))
            .setRequestId(UUID.randomUUID().toString())
            .build())
        .getUser();
    values.put("id", user.getId());
    values.put("email", email);
    values.put("name", user.getName());
    values.put("image", user.getImage());
    values.put("metadata", "metadata " + mark);
    server
        .users()
        .updateUser(UpdateUserRequest.newBuilder()
            .setUser(User.newBuilder().setId(user.getId()).setEmailVerified(true))
            .build());
    accesses(number, user, mark, values);
    tokens(user, values);
    return new Traces(user, values);
  }

  private void accesses(int number, User user, String mark, Map<String, String> values) {
    String ipAddress = "2001:db8:0:" + number + "::7";
    ClientContext context = ClientContext.newBuilder()
        .setIpAddress(ipAddress)
        .setUserAgent("agent " + mark)
        .build();
    CreateSessionRequest.Builder request =
        CreateSessionRequest.newBuilder().setUserId(user.getId()).setClientContext(context);
    Session session = createSession(request);
    Session revoked = createSession(request);
    server
        .sessions()
        .revokeSession(
            RevokeSessionRequest.newBuilder().setSessionId(revoked.getId()).build());
    server
        .passwords()
        .setPassword(SetPasswordRequest.newBuilder()
            .setUserId(user.getId())
            .setNewPassword(Given.PASSWORD)
            .setKeepAllSessions(true)
            .build());
    Account account = server
        .accounts()
        .linkAccount(LinkAccountRequest.newBuilder()
            .setAccount(Given.freeAccount()
                .setUserId(user.getId())
                .setProviderAccountId("provider's " + mark)
                .setAccessToken("access " + UUID.randomUUID())
                .setScope("scope " + mark))
            .setRequestId(UUID.randomUUID().toString())
            .build())
        .getAccount();
    Refusals.refusal(() -> server
        .passwords()
        .signIn(SignInRequest.newBuilder()
            .setEmail(user.getEmail())
            .setPassword("a wrong one")
            .setClientContext(context)
            .build()));
    values.put("session", session.getId());
    values.put("session token", TokenForm.hash(session.getSessionToken()));
    values.put("revoked session", revoked.getId());
    values.put("ip address", ipAddress);
    values.put("network", "2001:db8:0:" + number + "::/64");
    values.put("user agent", "agent " + mark);
    values.put("account", account.getId());
    values.put("provider's account", "provider's " + mark);
    values.put(
        "access token, sealed",
        server.rows().text("SELECT accessToken FROM account WHERE id = ?", account.getId()));
    values.put("scope", "scope " + mark);
    values.put(
        "password",
        server
            .rows()
            .text(
                "SELECT password FROM account WHERE userId = ? AND password IS NOT NULL",
                user.getId()));
    values.put("wrong passwords", "user:" + user.getId());
  }

  private void tokens(User user, Map<String, String> values) {
    String wanted = Given.freeEmail();
    values.put(
        "reset",
        TokenForm.hash(server
            .passwords()
            .requestPasswordReset(RequestPasswordResetRequest.newBuilder()
                .setEmail(user.getEmail())
                .build())
            .getToken()));
    values.put("verification", TokenForm.hash(server.given().emailVerification(user)));
    values.put("change", TokenForm.hash(server.given().emailChange(user, wanted)));
    values.put("wanted address", wanted);
    values.put(
        "link",
        TokenForm.hash(server.given().verification(user.getEmail(), "sign-in").getToken()));
    values.put(
        "code", TokenForm.hash(server.given().verification(user.getId(), "code").getToken()));
    String betterAuths = "reset-password:" + UUID.randomUUID();
    server
        .rows()
        .change(
            "INSERT INTO verification (id, identifier, value, expiresAt)"
                + " VALUES (?, ?, ?, UTC_TIMESTAMP(6) + INTERVAL 1 HOUR)",
            UUID.randomUUID().toString(),
            betterAuths,
            user.getId());
    values.put("Better Auth's reset", betterAuths);
    values.put("count of resets", Pseudonym.of("PASSWORD_RESET:" + user.getEmail()));
    values.put("count of verifications", Pseudonym.of("EMAIL_VERIFICATION:" + user.getId()));
    values.put("count of changes", Pseudonym.of("EMAIL_CHANGE:" + user.getId()));
  }

  private Session createSession(CreateSessionRequest.Builder request) {
    return server
        .sessions()
        .createSession(request.setRequestId(UUID.randomUUID().toString()).build())
        .getSession();
  }

  /** By the name of a value, where it stands. */
  private static Map<String, List<String>> places(Traces traces) {
    Map<String, List<String>> places = new TreeMap<>();
    traces.values().forEach((name, value) -> places.put(name, server.trail().placesOf(value)));
    return places;
  }

  private static Map<String, List<String>> remaining(Traces traces) {
    Map<String, List<String>> places = places(traces);
    places.values().removeIf(List::isEmpty);
    return places;
  }

  /** All rows that are somebody's, with all that is in them. */
  private static List<String> rowsOf(Traces traces, String... exceptTables) {
    List<String> rows = new ArrayList<>();
    String id = traces.user().getId();
    Map<String, String> owned = Map.of(
        "user", "id",
        "session", "userId",
        "account", "userId",
        "verification", "userId",
        "event", "userId");
    new TreeMap<>(owned).forEach((table, column) -> {
      if (!List.of(exceptTables).contains(table)) {
        String columns = server.rows().text("""
            SELECT GROUP_CONCAT(CONCAT('IFNULL(HEX(', column_name, '), ''-'')') ORDER BY ordinal_position)
            FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ?
              AND column_name != 'seq'
            """, table);
        rows.addAll(server
            .rows()
            .texts(
                "SELECT CONCAT_WS('|', '" + table + "', " + columns + ") FROM " + table + " WHERE "
                    + column + " = ? ORDER BY id",
                id));
      }
    });
    assertThat(rows).hasSizeGreaterThan(5);
    return rows;
  }

  private static List<String> without(List<String> rows, String table) {
    return rows.stream().filter(row -> !row.startsWith(table + "|")).toList();
  }
}
