package dev.doorward.session;

import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(DoorwardExtension.class)
class CreateSessionTest {

  private final TestServer server;

  CreateSessionTest(TestServer server) {
    this.server = server;
  }

  @Test
  void aSessionLivesForSevenDaysAndIsRemembered() {
    Session session = create(forUser());

    assertThat(session.getId()).matches("[A-Za-z0-9_-]{21}");
    assertThat(session.getSessionToken()).matches("dws_[A-Za-z0-9]{43}[A-Za-z0-9]{6}");
    assertThat(session.getRemember()).isTrue();
    assertThat(lifeOf(session)).isEqualTo(Duration.ofDays(7));
    assertThat(session.getUpdatedAt()).isEqualTo(session.getCreatedAt());
    assertThat(session.getAuthenticatedAt()).isEqualTo(session.getCreatedAt());
    assertThat(session.hasIpAddress()).isFalse();
    assertThat(session.hasUserAgent()).isFalse();
  }

  @Test
  void aSessionThatIsNotRememberedLivesForOneDay() {
    Session session = create(forUser().setRemember(false));

    assertThat(session.getRemember()).isFalse();
    assertThat(lifeOf(session)).isEqualTo(Duration.ofDays(1));
    assertThat(create(forUser().setRemember(true)).getRemember()).isTrue();
  }

  @Test
  void theEndUsersAddressAndAgentAreKept() {
    String agent = "Mozilla/5.0 \u0007é🦊" + "x".repeat(1024);

    Session session = create(forUser()
        .setClientContext(
            ClientContext.newBuilder().setIpAddress("2001:DB8:0:0:0:0:0:1").setUserAgent(agent)));

    assertThat(session.getIpAddress()).isEqualTo("2001:db8::1");
    assertThat(session.getUserAgent()).startsWith("Mozilla/5.0  é🦊xxx");
    assertThat(session.getUserAgent().codePointCount(0, session.getUserAgent().length()))
        .isEqualTo(1024);
    assertThat(server.trail().event(session.getUserId()))
        .isEqualTo("SESSION_CREATED " + session.getId() + " - 2001:db8::1 local");
    assertThat(server.trail().revocations(session.getUserId())).isEmpty();
  }

  @Test
  void whatABridgingCallerBringsIsKept() {
    Timestamp end =
        Timestamps.fromMillis(Instant.now().plus(Duration.ofDays(400)).toEpochMilli());
    String id = "bridged|" + UUID.randomUUID();
    String token = "T~" + UUID.randomUUID() + "x".repeat(255 - 38);

    Session session = create(forUser().setSessionId(id).setSessionToken(token).setExpires(end));

    assertThat(session.getId()).isEqualTo(id);
    assertThat(session.getSessionToken()).isEqualTo(token);
    assertThat(session.getExpires()).isEqualTo(end);
    assertThat(session.getRemember()).as("prolonged by use").isFalse();
    assertThat(idOf(token)).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(longs = {-62135596800L, 0, 1})
  void anEndThatHasPassedIsRefused(long seconds) {
    assertInvalid(
        () -> create(forUser().setExpires(Timestamp.newBuilder().setSeconds(seconds))), "expires");
  }

  @Test
  void aTokenInUseIsTaken() {
    Session neighbour = server.given().session();

    assertRefused(
        Status.Code.ALREADY_EXISTS,
        Reason.ID_TAKEN,
        () -> create(forUser().setSessionToken(neighbour.getSessionToken())));
    assertThat(idOf(neighbour.getSessionToken())).isEqualTo(neighbour.getId());
  }

  @Test
  void anIdInUseIsTaken() {
    Session neighbour = server.given().session();

    assertRefused(
        Status.Code.ALREADY_EXISTS,
        Reason.ID_TAKEN,
        () -> create(forUser().setSessionId(neighbour.getId())));
    assertThat(idOf(neighbour.getSessionToken())).isEqualTo(neighbour.getId());
  }

  @Test
  void aTokenOfThisServersMakingCanBeBroughtAgain() {
    Session session = server.given().session();
    revoke(session);

    Session again = create(forUser().setSessionToken(session.getSessionToken()));

    assertThat(idOf(session.getSessionToken())).isEqualTo(again.getId());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fifteen-letters",
        "dws_",
        "dws_0123456789abcdef",
        "has a blank in its middle",
        "has-a-ümlaut-in-it",
        "has-a-control\u0001-character",
        "dws_0000000000000000000000000000000000000000000aaaaaa"
      })
  void aTokenOfAnotherShapeIsRefused(String token) {
    assertInvalid(() -> create(forUser().setSessionToken(token)), "session_token");
  }

  @Test
  void tokensAndIdsHaveLimits() {
    assertInvalid(
        () -> create(forUser().setSessionToken("x".repeat(256)).setSessionId("x".repeat(65))),
        "session_token",
        "session_id");
    assertInvalid(() -> create(forUser().setSessionId("a b")), "session_id");
  }

  @Test
  void aWrongAddressIsRefused() {
    for (String address : new String[] {"localhost", "1.2.3", "fe80::1%eth0", "1.2.3.4:80", " "}) {
      assertInvalid(
          () ->
              create(forUser().setClientContext(ClientContext.newBuilder().setIpAddress(address))),
          "client_context.ip_address");
    }
  }

  @Test
  void aDisabledUserGetsNoSession() {
    User disabled = server.given().disabledUser();

    assertRefused(
        Status.Code.FAILED_PRECONDITION,
        Reason.USER_DISABLED,
        () -> create(CreateSessionRequest.newBuilder().setUserId(disabled.getId())));
    assertThat(server.rows().count("session WHERE userId = ?", disabled.getId()))
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "🦊", " ", "' OR ''='"})
  void anUnknownUserGetsNoSession(String userId) {
    assertRefused(
        Status.Code.NOT_FOUND,
        Reason.USER_NOT_FOUND,
        () -> create(CreateSessionRequest.newBuilder().setUserId(userId)));
  }

  @Test
  void aUserIsRequired() {
    assertInvalid(() -> create(CreateSessionRequest.newBuilder()), "user_id");
  }

  @Test
  void aRequestThatComesTwiceOpensOneSessionAndKillsTheFirstToken() {
    CreateSessionRequest.Builder request =
        forUser().setRequestId(UUID.randomUUID().toString());

    Session first = create(request);
    Session again = create(request);

    assertThat(again.getId()).isEqualTo(first.getId());
    assertThat(again.getExpires()).isEqualTo(first.getExpires());
    assertThat(again.getSessionToken()).isNotEqualTo(first.getSessionToken());
    assertThat(idOf(again.getSessionToken())).isEqualTo(first.getId());
    assertRefused(
        Status.Code.NOT_FOUND, Reason.SESSION_NOT_FOUND, () -> idOf(first.getSessionToken()));
    assertThat(server.rows().count("session WHERE userId = ?", first.getUserId()))
        .isEqualTo(1);
    assertThat(server.trail().event(first.getUserId()))
        .isEqualTo("SESSION_REISSUED " + first.getId() + " - - local");
    assertThat(server.trail().revocations(first.getUserId()))
        .containsExactly("SESSION_CHANGED " + first.getId());
  }

  @Test
  void aRepeatedRequestWhoseSessionHasEndedOpensNoOther() {
    CreateSessionRequest.Builder request =
        forUser().setRequestId(UUID.randomUUID().toString());
    revoke(create(request));

    assertRefused(Status.Code.NOT_FOUND, Reason.SESSION_NOT_FOUND, () -> create(request));
    assertThat(server.rows().count("session WHERE userId = ?", request.getUserId()))
        .isZero();
  }

  @Test
  void anotherRequestUnderTheSameIdIsRefused() {
    CreateSessionRequest.Builder request =
        forUser().setRequestId(UUID.randomUUID().toString());
    Session first = create(request);

    assertRefused(
        Status.Code.ALREADY_EXISTS,
        Reason.REQUEST_ID_REUSED,
        () -> create(request.setRemember(false)));
    assertThat(idOf(first.getSessionToken())).isEqualTo(first.getId());
  }

  private CreateSessionRequest.Builder forUser() {
    return CreateSessionRequest.newBuilder().setUserId(server.given().user().getId());
  }

  private Session create(CreateSessionRequest.Builder request) {
    return server.sessions().createSession(request.build()).getSession();
  }

  private void revoke(Session session) {
    server
        .sessions()
        .revokeSession(
            RevokeSessionRequest.newBuilder().setSessionId(session.getId()).build());
  }

  private String idOf(String token) {
    return server
        .sessions()
        .validateSession(
            ValidateSessionRequest.newBuilder().setSessionToken(token).build())
        .getSession()
        .getId();
  }

  private static Duration lifeOf(Session session) {
    return Duration.ofNanos(com.google.protobuf.util.Durations.toNanos(
        Timestamps.between(session.getCreatedAt(), session.getExpires())));
  }
}
