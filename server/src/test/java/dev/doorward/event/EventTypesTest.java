package dev.doorward.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.testing.Rows;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.testing.tour.RpcTour;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which events each RPC leaves; on a MariaDB that nobody else changes. */
class EventTypesTest {

  private static final Map<String, List<String>> EXPECTED = Map.ofEntries(
      Map.entry("CreateUser", List.of("USER_CREATED")),
      Map.entry("CreateUser with request_id", List.of("USER_CREATED")),
      Map.entry("ImportUsers", List.of("USER_CREATED", "USER_CREATED")),
      Map.entry("UpdateUser", List.of("USER_UPDATED")),
      Map.entry("DisableUser", List.of("USER_DISABLED")),
      Map.entry("EnableUser", List.of("USER_ENABLED")),
      Map.entry("DeleteUser", List.of("USER_DELETED")),
      Map.entry("CreateSession", List.of("SESSION_CREATED")),
      Map.entry("CreateSession with request_id", List.of("SESSION_CREATED")),
      Map.entry("CreateSession, repeated", List.of("SESSION_REISSUED")),
      Map.entry("UpdateSession", List.of("SESSION_UPDATED")),
      Map.entry("UpdateSession by session_token", List.of("SESSION_UPDATED")),
      Map.entry("RevokeSession", List.of("SESSION_REVOKED")),
      Map.entry("RevokeSession by session_token", List.of("SESSION_REVOKED")),
      Map.entry("RevokeUserSessions", List.of("USER_SESSIONS_REVOKED")),
      Map.entry("LinkAccount", List.of("ACCOUNT_LINKED")),
      Map.entry("UpdateAccount", List.of("ACCOUNT_UPDATED")),
      Map.entry("UnlinkAccount", List.of("ACCOUNT_UNLINKED")),
      Map.entry("SignInWithAccount", List.of("SESSION_CREATED")),
      Map.entry(
          "SignInWithAccount, a new user",
          List.of("USER_CREATED", "ACCOUNT_LINKED", "SESSION_CREATED")),
      Map.entry("SignInWithIdToken", List.of("SESSION_CREATED")),
      Map.entry(
          "SignInWithIdToken, a new user",
          List.of("USER_CREATED", "ACCOUNT_LINKED", "SESSION_CREATED")),
      Map.entry("SignUp", List.of("USER_CREATED", "PASSWORD_SET", "SESSION_CREATED")),
      Map.entry(
          "SignUp with request_id", List.of("USER_CREATED", "PASSWORD_SET", "SESSION_CREATED")),
      Map.entry("SignIn", List.of("SESSION_CREATED")),
      Map.entry("SignIn with an ip_address", List.of("SESSION_CREATED")),
      Map.entry("ChangePassword", List.of("PASSWORD_CHANGED", "USER_SESSIONS_REVOKED")),
      Map.entry("SetPassword", List.of("PASSWORD_SET", "USER_SESSIONS_REVOKED")),
      Map.entry("SetPassword, the first", List.of("PASSWORD_SET")),
      Map.entry("RequestPasswordReset", List.of("PASSWORD_RESET_REQUESTED")),
      Map.entry("RequestPasswordReset, nobody's address", List.of("PASSWORD_RESET_REQUESTED")),
      Map.entry(
          "RequestPasswordReset with an ip_address and a request_id",
          List.of("PASSWORD_RESET_REQUESTED")),
      Map.entry("CompletePasswordReset", List.of("PASSWORD_RESET", "USER_SESSIONS_REVOKED")),
      Map.entry(
          "CompletePasswordReset, the first proof of the address",
          List.of(
              "EMAIL_VERIFIED",
              "FORMER_ACCOUNTS_REMOVED",
              "PASSWORD_RESET",
              "USER_SESSIONS_REVOKED")),
      Map.entry("RequestEmailVerification", List.of("EMAIL_VERIFICATION_REQUESTED")),
      Map.entry("CompleteEmailVerification", List.of("EMAIL_VERIFIED")),
      Map.entry(
          "CompleteEmailVerification by somebody who is not signed in",
          List.of("EMAIL_VERIFIED", "FORMER_ACCOUNTS_REMOVED", "USER_SESSIONS_REVOKED")),
      Map.entry("RequestEmailChange", List.of("EMAIL_CHANGE_REQUESTED")),
      Map.entry("CompleteEmailChange", List.of("EMAIL_CHANGED")),
      Map.entry("CreateVerification", List.of("VERIFICATION_CREATED")),
      Map.entry("CreateVerification with request_id", List.of("VERIFICATION_CREATED")),
      Map.entry("CreateVerification, repeated", List.of("VERIFICATION_CREATED")),
      Map.entry("ConsumeVerification", List.of("VERIFICATION_CONSUMED")),
      Map.entry("CreateCallerKey", List.of("CALLER_KEY_CREATED")),
      Map.entry("CreateCallerKey, the second", List.of("CALLER_KEY_CREATED")),
      Map.entry("CreateCallerKey, other roles", List.of("CALLER_KEY_CREATED", "CALLER_CHANGED")),
      Map.entry("CreateCallerKey, repeated", List.of("CALLER_KEY_REISSUED")),
      Map.entry("RevokeCallerKey", List.of("CALLER_KEY_REVOKED")));

  @Test
  void everyChangeLeavesItsEventsAndNothingElseDoes() {
    Map<String, List<String>> left = new LinkedHashMap<>();
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer server = TestServer.start(mariaDb)) {
      Rows rows = server.rows();
      new RpcTour(server).stops().forEach((rpc, prepare) -> {
        Runnable call = prepare.get();
        String before = rows.text("SELECT IFNULL(MAX(id), 0) FROM event");
        call.run();
        List<String> types = rows.texts("SELECT type FROM event WHERE id > ? ORDER BY id", before);
        if (!types.isEmpty()) {
          left.put(rpc, types);
        }
      });
    }

    assertThat(left).containsExactlyInAnyOrderEntriesOf(EXPECTED);
  }
}
