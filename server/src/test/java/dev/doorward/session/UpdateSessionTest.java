package dev.doorward.session;

import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.GetSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.UpdateSessionRequest;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(DoorwardExtension.class)
class UpdateSessionTest {

  private final TestServer server;

  UpdateSessionTest(TestServer server) {
    this.server = server;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 8, 4000})
  void itsEndCanBeMovedInBothDirectionsByIdAndByToken(int days) {
    Session session = opened();
    Session neighbour = opened();
    Timestamp end = inDays(days);

    Session byId = update(byId(session), Session.newBuilder().setExpires(end), "expires");

    assertThat(byId)
        .isEqualTo(session.toBuilder()
            .clearSessionToken()
            .setExpires(end)
            .setUpdatedAt(byId.getUpdatedAt())
            .build());
    assertThat(get(session)).isEqualTo(byId);
    Timestamp other = inDays(2);
    assertThat(update(byToken(session), Session.newBuilder().setExpires(other), "expires")
            .getExpires())
        .isEqualTo(other);
    assertThat(get(neighbour))
        .isEqualTo(neighbour.toBuilder().clearSessionToken().build());
    assertThat(server.trail().event(session.getUserId()))
        .isEqualTo("SESSION_UPDATED " + session.getId() + " - - local");
    assertThat(server.trail().revocations(session.getUserId()))
        .containsOnly("SESSION_CHANGED " + session.getId())
        .hasSize(2);
  }

  @Test
  void anEndThatHasPassedEndsItForGood() {
    Session session = opened();
    Session.Builder past =
        Session.newBuilder().setExpires(Timestamp.newBuilder().setSeconds(1_000_000_000));

    assertThat(update(byToken(session), past, "expires").getExpires()).isEqualTo(past.getExpires());

    assertNotFound(() -> get(session));
    assertNotFound(
        () -> update(byId(session), Session.newBuilder().setExpires(inDays(1)), "expires"));
    assertNotFound(
        () -> update(byToken(session), Session.newBuilder().setExpires(inDays(1)), "expires"));
    assertThat(server.trail().revocations(session.getUserId()))
        .containsExactly("SESSION_CHANGED " + session.getId());
  }

  @Test
  void onlyWhatTheMaskNamesChanges() {
    Session session = opened();

    Session changed = update(
        byId(session),
        Session.newBuilder()
            .setUserAgent("curl")
            .setIpAddress("::1")
            .setRemember(false)
            .setExpires(inDays(1)),
        "user_agent");

    assertThat(changed)
        .isEqualTo(session.toBuilder()
            .clearSessionToken()
            .setUserAgent("curl")
            .setUpdatedAt(changed.getUpdatedAt())
            .build());
  }

  @Test
  void anEmptyMaskChangesTheFieldsThatAreSet() {
    Session session = opened();

    Session changed =
        update(byId(session), Session.newBuilder().setRemember(false).setIpAddress("::1"));

    assertThat(changed.getRemember()).isFalse();
    assertThat(changed.getIpAddress()).isEqualTo("::1");
    assertThat(changed.getUserAgent()).isEqualTo(session.getUserAgent());
    assertThat(changed.getExpires()).isEqualTo(session.getExpires());
  }

  @Test
  void addressAndAgentCanBeClearedAndTheOthersCant() {
    Session session = opened();

    Session changed = update(byId(session), Session.newBuilder(), "ip_address", "user_agent");

    assertThat(changed.hasIpAddress()).isFalse();
    assertThat(changed.hasUserAgent()).isFalse();
    assertInvalid(
        () -> update(byId(session), Session.newBuilder(), "expires", "remember"),
        "session.expires",
        "session.remember");
    assertThat(get(session)).isEqualTo(changed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"id", "user_id", "session_token", "created_at", "authenticated_at", "*", ""})
  void anUnknownPathIsRefused(String path) {
    Session session = opened();

    assertInvalid(() -> update(byId(session), Session.newBuilder(), path), "update_mask");
  }

  @Test
  void wrongFieldsAreAllNamed() {
    assertInvalid(
        () -> update(
            UpdateSessionRequest.newBuilder(),
            Session.newBuilder()
                .setExpires(Timestamp.newBuilder().setNanos(-1))
                .setIpAddress("nowhere")),
        "key",
        "session.expires",
        "session.ip_address");
    assertInvalid(
        () -> update(UpdateSessionRequest.newBuilder().setSessionId(""), Session.newBuilder()),
        "session_id");
    assertInvalid(
        () -> update(UpdateSessionRequest.newBuilder().setSessionToken(""), Session.newBuilder()),
        "session_token");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "🦊", " ", "' OR ''='"})
  void anUnknownSessionIsNotFound(String key) {
    Session.Builder agent = Session.newBuilder().setUserAgent("x");

    assertNotFound(() -> update(UpdateSessionRequest.newBuilder().setSessionId(key), agent));
    assertNotFound(() -> update(UpdateSessionRequest.newBuilder().setSessionToken(key), agent));
  }

  private Session opened() {
    return server
        .sessions()
        .createSession(CreateSessionRequest.newBuilder()
            .setUserId(server.given().user().getId())
            .setClientContext(
                ClientContext.newBuilder().setIpAddress("192.0.2.1").setUserAgent("Mozilla/5.0"))
            .build())
        .getSession();
  }

  private Session get(Session session) {
    return server
        .sessions()
        .getSession(GetSessionRequest.newBuilder().setSessionId(session.getId()).build())
        .getSession();
  }

  private Session update(
      UpdateSessionRequest.Builder key, Session.Builder values, String... paths) {
    return server
        .sessions()
        .updateSession(key.setSession(values)
            .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(paths)))
            .build())
        .getSession();
  }

  private static UpdateSessionRequest.Builder byId(Session session) {
    return UpdateSessionRequest.newBuilder().setSessionId(session.getId());
  }

  private static UpdateSessionRequest.Builder byToken(Session session) {
    return UpdateSessionRequest.newBuilder().setSessionToken(session.getSessionToken());
  }

  private static Timestamp inDays(int days) {
    return Timestamps.fromMillis(Instant.now().plus(Duration.ofDays(days)).toEpochMilli());
  }

  private static void assertNotFound(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertRefused(Status.Code.NOT_FOUND, Reason.SESSION_NOT_FOUND, call);
  }
}
