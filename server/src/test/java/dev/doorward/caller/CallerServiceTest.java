package dev.doorward.caller;

import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static dev.doorward.testing.Refusals.detail;
import static dev.doorward.testing.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Timestamps;
import com.google.rpc.ErrorInfo;
import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CallerKey;
import dev.doorward.v1.CreateCallerKeyRequest;
import dev.doorward.v1.CreateCallerKeyResponse;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.ListCallerKeysRequest;
import dev.doorward.v1.ListCallerKeysResponse;
import dev.doorward.v1.ListUsersRequest;
import dev.doorward.v1.RevokeCallerKeyRequest;
import dev.doorward.v1.Role;
import dev.doorward.v1.UserServiceGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(DoorwardExtension.class)
class CallerServiceTest {

  private final TestServer server;

  CallerServiceTest(TestServer server) {
    this.server = server;
  }

  @Test
  void aNewCallerMayCallWhatItsRolesMay() {
    CreateCallerKeyResponse created =
        create(newCaller().addRoles(Role.ROLE_ADMIN).addRoles(Role.ROLE_DIRECTORY));

    CallerKey about = created.getCallerKey();
    assertThat(created.getKey()).startsWith("dwk_" + about.getId() + "_");
    assertThat(about.getRolesList()).containsExactly(Role.ROLE_DIRECTORY, Role.ROLE_ADMIN);
    assertThat(about.hasCertificateName()).isFalse();
    assertThat(Timestamps.between(about.getCreatedAt(), about.getExpires()).getSeconds())
        .isEqualTo(90 * 24 * 3600);
    listUsers(created.getKey());
    assertThat(eventsOf(about.getId())).containsExactly("CALLER_KEY_CREATED local");
  }

  @Test
  void theNameOfTheCallerIsInTheEventLog() {
    CreateCallerKeyResponse caller = server.given().callerKey(Role.ROLE_ADMIN);

    String user = UserServiceGrpc.newBlockingStub(channelOf(caller.getKey()))
        .createUser(dev.doorward.v1.CreateUserRequest.newBuilder()
            .setUser(dev.doorward.v1.User.newBuilder().setEmail(Given.freeEmail()))
            .build())
        .getUser()
        .getId();

    assertThat(server.trail().event(user))
        .isEqualTo("USER_CREATED - - - " + caller.getCallerKey().getCallerName());
  }

  @Test
  void whoeverLacksTheRoleIsToldWhichOnesWouldDo() {
    String key = server.given().callerKey(Role.ROLE_VALIDATOR).getKey();

    assertRefused(Status.Code.PERMISSION_DENIED, Reason.ROLE_REQUIRED, () -> listUsers(key));
    StatusRuntimeException refusal = refusal(() -> listUsers(key));
    assertThat(detail(refusal, ErrorInfo.class).orElseThrow().getMetadataMap())
        .containsEntry("roles", "directory,admin");
  }

  @Test
  void theSchemeIsTakenInAnyCase() {
    String key = server.given().callerKey(Role.ROLE_DIRECTORY).getKey();

    UserServiceGrpc.newBlockingStub(server.channelWith("bearer " + key))
        .listUsers(ListUsersRequest.getDefaultInstance());
  }

  @Test
  void aCallerRotatesItsKeysOneAfterTheOther() {
    CreateCallerKeyResponse first = server.given().callerKey(Role.ROLE_DIRECTORY);
    String name = first.getCallerKey().getCallerName();
    CreateCallerKeyResponse second = create(named(name));

    listUsers(first.getKey());
    listUsers(second.getKey());
    assertThat(second.getCallerKey().getRolesList()).containsExactly(Role.ROLE_DIRECTORY);
    assertRefused(
        Status.Code.FAILED_PRECONDITION, Reason.TOO_MANY_CALLER_KEYS, () -> create(named(name)));

    revoke(first);
    assertUnauthenticated(first.getKey());
    listUsers(second.getKey());
    listUsers(create(named(name)).getKey());
  }

  @Test
  void anExpiredKeyIsNoGoodAndMakesRoomForTheNext() {
    CreateCallerKeyResponse first = server.given().callerKey(Role.ROLE_DIRECTORY);
    String name = first.getCallerKey().getCallerName();
    create(named(name));
    expire(first);

    assertUnauthenticated(first.getKey());
    create(named(name));
    assertThat(
            server.rows().count("caller_key WHERE id = ?", first.getCallerKey().getId()))
        .isZero();
  }

  @Test
  void otherRolesCountAtOnceForEveryKeyOfTheCaller() {
    CreateCallerKeyResponse first = server.given().callerKey(Role.ROLE_DIRECTORY);
    listUsers(first.getKey());

    CreateCallerKeyResponse second =
        create(named(first.getCallerKey().getCallerName()).addRoles(Role.ROLE_VALIDATOR));

    for (CreateCallerKeyResponse key : List.of(first, second)) {
      assertRefused(
          Status.Code.PERMISSION_DENIED, Reason.ROLE_REQUIRED, () -> listUsers(key.getKey()));
    }
    assertThat(eventsOf(second.getCallerKey().getId()))
        .containsExactly("CALLER_KEY_CREATED local", "CALLER_CHANGED local");
  }

  @Test
  void aCertificateNameBelongsToOneCaller() {
    String certificate = "spiffe://example.com/" + UUID.randomUUID();
    CreateCallerKeyResponse first =
        create(newCaller().addRoles(Role.ROLE_VALIDATOR).setCertificateName(certificate));
    String name = first.getCallerKey().getCallerName();
    assertThat(first.getCallerKey().getCertificateName()).isEqualTo(certificate);

    assertRefused(
        Status.Code.ALREADY_EXISTS,
        Reason.ID_TAKEN,
        () -> create(newCaller().addRoles(Role.ROLE_VALIDATOR).setCertificateName(certificate)));
    assertThat(create(named(name).setCertificateName("")).getCallerKey().hasCertificateName())
        .isFalse();
    create(newCaller().addRoles(Role.ROLE_VALIDATOR).setCertificateName(certificate));
  }

  @Test
  void aRepeatedRequestGivesTheSameKeyAFreshSecret() {
    CreateCallerKeyRequest.Builder request =
        newCaller().addRoles(Role.ROLE_DIRECTORY).setRequestId(UUID.randomUUID().toString());

    CreateCallerKeyResponse first = create(request);
    listUsers(first.getKey());
    CreateCallerKeyResponse second = create(request);

    assertThat(second.getCallerKey()).isEqualTo(first.getCallerKey());
    assertThat(second.getKey()).isNotEqualTo(first.getKey());
    assertUnauthenticated(first.getKey());
    listUsers(second.getKey());
    assertRefused(
        Status.Code.ALREADY_EXISTS,
        Reason.REQUEST_ID_REUSED,
        () -> create(request.clone().addRoles(Role.ROLE_ADMIN)));
    revoke(second);
    assertRefused(Status.Code.NOT_FOUND, Reason.CALLER_KEY_NOT_FOUND, () -> create(request));
  }

  @Test
  void everyKeyIsListedOnceWithoutItsSecret() {
    CreateCallerKeyResponse one = server.given().callerKey(Role.ROLE_DIRECTORY);
    CreateCallerKeyResponse two = server.given().callerKey(Role.ROLE_VALIDATOR);

    List<CallerKey> listed = new ArrayList<>();
    String next = "";
    do {
      ListCallerKeysResponse page = server
          .callers()
          .listCallerKeys(ListCallerKeysRequest.newBuilder()
              .setPageSize(3)
              .setPageToken(next)
              .build());
      listed.addAll(page.getCallerKeysList());
      next = page.getNextPageToken();
    } while (!next.isEmpty());

    assertThat(listed).containsOnlyOnce(one.getCallerKey(), two.getCallerKey());
    assertThat(listed.toString()).doesNotContain(one.getKey(), two.getKey());
  }

  @Test
  void aRevokedKeyIsGone() {
    CreateCallerKeyResponse key = server.given().callerKey(Role.ROLE_DIRECTORY);
    listUsers(key.getKey());

    revoke(key);

    assertUnauthenticated(key.getKey());
    assertThat(eventsOf(key.getCallerKey().getId()))
        .containsExactly("CALLER_KEY_CREATED local", "CALLER_KEY_REVOKED local");
    assertRefused(Status.Code.NOT_FOUND, Reason.CALLER_KEY_NOT_FOUND, () -> revoke(key));
    server
        .callers()
        .revokeCallerKey(RevokeCallerKeyRequest.newBuilder()
            .setKeyId(key.getCallerKey().getId())
            .setAllowMissing(true)
            .build());
  }

  @Test
  void noColumnOfTheDatabaseHoldsAKey() {
    CreateCallerKeyResponse key = server.given().callerKey(Role.ROLE_DIRECTORY);
    listUsers(key.getKey());

    assertThat(server.trail().placesOf(key.getKey())).isEmpty();
    assertThat(server.trail().placesOf(key.getKey().substring(key.getKey().lastIndexOf('_') + 1)))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Web", "-web", "web app", "wéb", "web\n"})
  void whatIsNoNameIsRefused(String name) {
    assertInvalid(() -> create(named(name).addRoles(Role.ROLE_ADMIN)), "caller_name");
  }

  @Test
  void everyWrongFieldIsNamed() {
    assertInvalid(
        () -> create(newCaller()
            .addRoles(Role.ROLE_UNSPECIFIED)
            .addRolesValue(77)
            .setExpiresIn(Duration.newBuilder().setSeconds(59))
            .setCertificateName("two words")
            .setRequestId("x")),
        "roles[0]",
        "roles[1]",
        "expires_in",
        "certificate_name",
        "request_id");
    assertInvalid(
        () -> create(newCaller()
            .addRoles(Role.ROLE_ADMIN)
            .setExpiresIn(Duration.newBuilder().setSeconds(366 * 24 * 3600 + 1))),
        "expires_in");
    assertInvalid(() -> create(newCaller()), "roles");
  }

  private CreateCallerKeyResponse create(CreateCallerKeyRequest.Builder request) {
    return server.callers().createCallerKey(request.build());
  }

  private static CreateCallerKeyRequest.Builder newCaller() {
    return named(Given.freeCallerName());
  }

  private static CreateCallerKeyRequest.Builder named(String name) {
    return CreateCallerKeyRequest.newBuilder().setCallerName(name);
  }

  private void revoke(CreateCallerKeyResponse key) {
    server
        .callers()
        .revokeCallerKey(RevokeCallerKeyRequest.newBuilder()
            .setKeyId(key.getCallerKey().getId())
            .build());
  }

  private void expire(CreateCallerKeyResponse key) {
    server
        .rows()
        .change(
            "UPDATE caller_key SET expires = UTC_TIMESTAMP(6) WHERE id = ?",
            key.getCallerKey().getId());
  }

  private void listUsers(String key) {
    UserServiceGrpc.newBlockingStub(channelOf(key))
        .listUsers(ListUsersRequest.newBuilder().setPageSize(1).build());
  }

  private void assertUnauthenticated(String key) {
    assertRefused(
        Status.Code.UNAUTHENTICATED,
        Reason.CALLER_UNAUTHENTICATED,
        () -> UserServiceGrpc.newBlockingStub(channelOf(key))
            .getUser(GetUserRequest.getDefaultInstance()));
  }

  private io.grpc.Channel channelOf(String key) {
    return server.channelWith("Bearer " + key);
  }

  private List<String> eventsOf(String keyId) {
    return server
        .rows()
        .texts(
            "SELECT CONCAT(type, ' ', caller) FROM event WHERE callerKeyId = ? ORDER BY id", keyId);
  }
}
