package dev.doorward.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.Race;
import dev.doorward.testing.Refusals;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.DeleteUserRequest;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.RequestEmailChangeRequest;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.UpdateSessionRequest;
import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.User;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** A user is deleted while all kinds of calls about them are under way. */
@ExtendWith(DoorwardExtension.class)
class DeleteUserRaceTest {

  private static final Set<Reason> GONE =
      EnumSet.of(Reason.USER_NOT_FOUND, Reason.SESSION_NOT_FOUND);

  private final TestServer server;

  DeleteUserRaceTest(TestServer server) {
    this.server = server;
  }

  @RepeatedTest(40)
  void whoeverComesTooLateIsToldSoAndLeavesNothing(RepetitionInfo repetition) {
    User user = server.given().user();
    Session updated = server.given().session(user);
    Session revoked = server.given().session(user);
    List<Supplier<Boolean>> calls = new ArrayList<>();
    calls.add(() -> {
      // Every repetition gives the others another start.
      for (int i = 0; i < repetition.getCurrentRepetition() % 5; i++) {
        server.given().verification(Given.freeEmail(), "sign-in");
      }
      server
          .users()
          .deleteUser(DeleteUserRequest.newBuilder().setUserId(user.getId()).build());
      return true;
    });
    calls.addAll(others(user, updated, revoked));

    Race<Boolean> race = Race.of(calls);

    assertThat(race.outcomes().get(0).refusal()).isNull();
    assertThat(race.refusals()).extracting(Refusals::reason).isSubsetOf(GONE);
    assertThat(server.rows().texts("SELECT type FROM event WHERE userId = ?", user.getId()))
        .containsExactly("USER_DELETED");
    for (String table : List.of("session", "account", "verification")) {
      assertThat(server.rows().count(table + " WHERE userId = ?", user.getId())).isZero();
    }
    assertThat(server.trail().placesOf(user.getEmail())).isEmpty();
    assertThat(server.trail().placesOf(user.getId()))
        .containsOnly("event.userId", "revocation.userId");
  }

  private List<Supplier<Boolean>> others(User user, Session updated, Session revoked) {
    return List.of(
        () -> server
            .sessions()
            .createSession(
                CreateSessionRequest.newBuilder().setUserId(user.getId()).build())
            .hasSession(),
        () -> server
            .sessions()
            .updateSession(UpdateSessionRequest.newBuilder()
                .setSessionId(updated.getId())
                .setSession(Session.newBuilder().setUserAgent("curl"))
                .build())
            .hasSession(),
        () -> server
            .sessions()
            .revokeSession(
                RevokeSessionRequest.newBuilder().setSessionId(revoked.getId()).build())
            .isInitialized(),
        () -> server
            .accounts()
            .linkAccount(LinkAccountRequest.newBuilder()
                .setAccount(Given.freeAccount().setUserId(user.getId()))
                .build())
            .hasAccount(),
        () -> server
            .users()
            .updateUser(UpdateUserRequest.newBuilder()
                .setUser(User.newBuilder().setId(user.getId()).setName("Grace"))
                .build())
            .hasUser(),
        () -> !server.given().passwordReset(user.getEmail()).isEmpty(),
        () -> server
            .verifications()
            .requestEmailChange(RequestEmailChangeRequest.newBuilder()
                .setUserId(user.getId())
                .setNewEmail(Given.freeEmail())
                .build())
            .isInitialized());
  }
}
