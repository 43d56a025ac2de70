package dev.doorward.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.testing.CommandRun;
import dev.doorward.testing.Given;
import dev.doorward.testing.Rows;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** `adopt`, on a MariaDB that a Better Auth has shared. */
class AdoptCommandTest {

  private static final int SESSIONS = 1100; // More than two batches.
  private static final String BCRYPT =
      "$2b$06$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

  private static final String[] SHARED = {
    "session.token-at-rest", "plain", "password.provider", "credential"
  };
  private static final String[] MOVING = {
    "session.token-at-rest", "hashed_or_plain", "password.former-provider", "credential"
  };

  private static EmbeddedMariaDb mariaDb;

  @TempDir
  private Path directory;

  @BeforeAll
  static void start() {
    mariaDb = TestMariaDb.fresh(TestMariaDb.SILENT); // It is told tokens.
    TestServer.start(mariaDb).close(); // Which makes the tables.
  }

  @AfterAll
  static void stop() {
    mariaDb.close();
  }

  @BeforeEach
  void nobodyIsThere() {
    rows().change("DELETE FROM user");
  }

  @Test
  void everythingIsDoorwardsOwnAfterItAndNobodyIsSignedOut() {
    User user;
    Session session;
    try (TestServer shared = TestServer.start(mariaDb, SHARED)) {
      user = shared.given().signedUp().getUser();
      session = open(shared, user);
    }
    rows()
        .change(
            "INSERT INTO session (id, userId, expires, sessionToken, updatedAt)"
                + " SELECT CONCAT('s', seq), ?, UTC_TIMESTAMP(6) + INTERVAL 1 DAY, CONCAT('a-token-of-better-auth-', seq), '2020-01-01'"
                + " FROM seq_1_to_" + SESSIONS,
            user.getId());
    rows()
        .change(
            "UPDATE user SET email = UPPER(email), emailVerified = TRUE WHERE id = ?",
            user.getId());

    CommandRun rehearsal = adopt("--dry-run");
    assertThat(rows().count("session WHERE sessionToken REGEXP '^[0-9a-f]{64}$'"))
        .isZero();
    CommandRun first = adopt();
    CommandRun second = adopt();

    int tokens = SESSIONS + 2;
    assertThat(rehearsal)
        .isEqualTo(new CommandRun(
            0,
            "session tokens to be hashed: " + tokens
                + "\npassword accounts to be renamed: 1\naddresses to be normalised: 1\n",
            ""));
    assertThat(first)
        .isEqualTo(new CommandRun(
            0,
            "session tokens hashed: " + tokens
                + "\npassword accounts renamed: 1\naddresses normalised: 1\n",
            ""));
    assertThat(second)
        .isEqualTo(new CommandRun(
            0,
            "session tokens hashed: 0\npassword accounts renamed: 0\naddresses normalised: 0\n",
            ""));
    // Before anybody uses them, which prolongs them.
    assertThat(rows().count("session WHERE updatedAt = '2020-01-01'")).isEqualTo(SESSIONS);
    try (TestServer own = TestServer.start(mariaDb)) {
      assertThat(validate(own, session.getSessionToken())).isEqualTo(session.getId());
      assertThat(validate(own, "a-token-of-better-auth-" + SESSIONS)).isEqualTo("s" + SESSIONS);
      assertThat(signIn(own, user.getEmail())).isEqualTo(user.getId());
      assertThat(get(own, user).getEmail()).isEqualTo(user.getEmail());
      assertThat(get(own, user).getEmailVerified()).isTrue();
    }
  }

  @Test
  void whatDoesNotFitIsNamedAndLeftAndTheRestIsDone() {
    rows()
        .change(
            "INSERT INTO user (id, email) VALUES ('ada', 'ada@example.com'), ('twin', 'ADA@example.com'),"
                + " ('none', 'no address'), ('loud', 'LOUD@example.com')");
    rows()
        .change("INSERT INTO account (id, userId, provider, providerAccountId, password) VALUES"
            + " ('good', 'ada', 'credential', 'ada', '" + BCRYPT + "'),"
            + " ('strange', 'twin', 'credential', 'another', '" + BCRYPT + "'),"
            + " ('empty', 'none', 'credential', 'none', NULL),"
            + " ('unknown', 'loud', 'credential', 'loud', 'md5$salt$0123456789abcdef')");

    CommandRun rehearsal = adopt("--dry-run");
    CommandRun run = adopt();

    assertThat(run.exit()).isOne();
    assertThat(rehearsal.exit()).isOne();
    assertThat(rehearsal.err()).isEqualTo(run.err());
    assertThat(run.err().lines())
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).startsWith("account strange: the provider's account id"),
            line -> assertThat(line).startsWith("account empty: it has no password"),
            line -> assertThat(line)
                .startsWith("account unknown: the password's hash: in no known notation"),
            line -> assertThat(line).startsWith("user twin: the user ada has the address"),
            line -> assertThat(line).startsWith("user none: the address is none"));
    assertThat(run.err()).doesNotContain("0123456789abcdef");
    assertThat(rows().texts("SELECT id FROM account WHERE provider = 'emailAndPassword'"))
        .containsExactly("good");
    assertThat(rows().texts("SELECT email FROM user ORDER BY id"))
        .containsExactly("ada@example.com", "loud@example.com", "no address", "ADA@example.com");
  }

  @Test
  void whileServersGoOnNobodyIsSignedOutOrRefused() throws Exception {
    List<Session> sessions = new ArrayList<>();
    User user;
    try (TestServer shared = TestServer.start(mariaDb, SHARED)) {
      user = shared.given().signedUp().getUser();
      for (int i = 0; i < 50; i++) {
        sessions.add(open(shared, user));
      }
    }
    ExecutorService asking = Executors.newSingleThreadExecutor();
    try (TestServer moving = TestServer.start(mariaDb, MOVING)) {
      AtomicBoolean done = new AtomicBoolean();
      Future<Integer> rounds = asking.submit(() -> {
        int round = 0;
        for (; !done.get() || round < 2; round++) {
          for (Session session : sessions) {
            assertThat(validate(moving, session.getSessionToken())).isEqualTo(session.getId());
          }
          assertThat(signIn(moving, user.getEmail())).isEqualTo(user.getId());
        }
        return round;
      });

      CommandRun run = adopt();
      done.set(true);

      assertThat(run.exit()).isZero();
      assertThat(rounds.get()).isGreaterThanOrEqualTo(2);
      assertThat(rows().count("session WHERE sessionToken NOT REGEXP '^[0-9a-f]{64}$'"))
          .isZero();
    } finally {
      asking.shutdownNow();
    }
  }

  @Test
  void itRefusesWhileServersStoreTokensAsTheyAre() {
    CommandRun run = CommandRun.of("adopt", "--config", config("session.token-at-rest", "plain"));

    assertThat(run.exit()).isEqualTo(78);
    assertThat(run.err()).startsWith("session.token-at-rest: plain (expected: hashed_or_plain");
  }

  private CommandRun adopt(String... options) {
    List<String> arguments = new ArrayList<>(List.of("adopt", "--config", config(MOVING)));
    arguments.addAll(List.of(options));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private String config(String... overrides) {
    return CommandRun.config(
        directory.resolve("doorward.properties"), TestServer.settings(mariaDb, overrides));
  }

  private static Rows rows() {
    return new Rows(mariaDb);
  }

  private static Session open(TestServer server, User user) {
    return server
        .sessions()
        .createSession(CreateSessionRequest.newBuilder().setUserId(user.getId()).build())
        .getSession();
  }

  private static String validate(TestServer server, String token) {
    return server
        .sessions()
        .validateSession(
            ValidateSessionRequest.newBuilder().setSessionToken(token).build())
        .getSession()
        .getId();
  }

  private static String signIn(TestServer server, String email) {
    return server
        .passwords()
        .signIn(SignInRequest.newBuilder()
            .setEmail(email)
            .setPassword(Given.PASSWORD)
            .build())
        .getUser()
        .getId();
  }

  private static User get(TestServer server, User user) {
    return server
        .users()
        .getUser(GetUserRequest.newBuilder().setUserId(user.getId()).build())
        .getUser();
  }
}
