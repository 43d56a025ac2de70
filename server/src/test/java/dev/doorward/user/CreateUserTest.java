package dev.doorward.user;

import static dev.doorward.testing.Given.freeEmail;
import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CreateUserRequest;
import dev.doorward.v1.DeleteUserRequest;
import dev.doorward.v1.User;
import io.grpc.Status;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class CreateUserTest {

  private final TestServer server;

  CreateUserTest(TestServer server) {
    this.server = server;
  }

  @Test
  void theServerGivesAnIdAndTimesAndAnEtag() {
    User user = create(User.newBuilder().setEmail(freeEmail()).build());

    assertThat(user.getId()).matches("[A-Za-z0-9_-]{21}");
    assertThat(user.getCreatedAt()).isEqualTo(user.getUpdatedAt());
    assertThat(user.getEtag()).isNotEmpty();
    assertThat(server.trail().event(user.getId())).isEqualTo("USER_CREATED - - - local");
    assertThat(server.trail().revocations(user.getId())).isEmpty();
  }

  @Test
  void whatIsNotGivenStaysAbsent() {
    User user = create(User.newBuilder().setEmail(freeEmail()).build());

    assertThat(user.hasName()).isFalse();
    assertThat(user.hasImage()).isFalse();
    assertThat(user.hasMetadata()).isFalse();
    assertThat(user.hasDisabledAt()).isFalse();
    assertThat(user.hasDisabledReason()).isFalse();
    assertThat(user.getEmailVerified()).isFalse();
  }

  @Test
  void whatIsGivenIsKept() {
    String id = "Imported/" + UUID.randomUUID() + "~!";

    User user = create(User.newBuilder()
        .setId(id)
        .setEmail(freeEmail())
        .setEmailVerified(true)
        .setName("Ada  Łukasz 🦊")
        .setImage("https://example.com/a.png")
        .build());

    assertThat(user.getId()).isEqualTo(id);
    assertThat(user.getEmailVerified()).isTrue();
    assertThat(user.getEmailVerifiedAt()).isEqualTo(user.getCreatedAt());
    assertThat(user.getName()).isEqualTo("Ada  Łukasz 🦊");
    assertThat(user.getImage()).isEqualTo("https://example.com/a.png");
    assertThat(server.rows().text("SELECT name FROM user WHERE id = ?", id))
        .isEqualTo("Ada  Łukasz 🦊");
  }

  @Test
  void outputOnlyFieldsAreIgnored() {
    Timestamp longAgo = Timestamp.newBuilder().setSeconds(1).build();

    User user = create(User.newBuilder()
        .setEmail(freeEmail())
        .setCreatedAt(longAgo)
        .setUpdatedAt(longAgo)
        .setDisabledAt(longAgo)
        .setDisabledReason("no")
        .setEtag("no")
        .build());

    assertThat(user.getCreatedAt()).isNotEqualTo(longAgo);
    assertThat(user.hasDisabledAt()).isFalse();
    assertThat(user.hasEmailVerifiedAt()).isFalse();
    assertThat(user.hasDisabledReason()).isFalse();
    assertThat(user.getEtag()).isNotEqualTo("no");
  }

  @Test
  void anAddressThatWasVerifiedOnceIsVerifiedSinceThen() {
    Timestamp longAgo =
        Timestamp.newBuilder().setSeconds(1).setNanos(123_456_789).build();

    User user = create(
        User.newBuilder().setEmail(freeEmail()).setEmailVerifiedAt(longAgo).build());

    assertThat(user.getEmailVerified()).isTrue();
    assertThat(user.getEmailVerifiedAt())
        .isEqualTo(longAgo.toBuilder().setNanos(123_456_000).build());
    assertInvalid(
        () -> create(User.newBuilder()
            .setEmail(freeEmail())
            .setEmailVerified(false)
            .setEmailVerifiedAt(longAgo)
            .build()),
        "user.email_verified");
  }

  @Test
  void theAddressIsNormalised() {
    String free = freeEmail();
    String fullWidth = free.replace("u", "Ｕ").replace("example", "ＥＸＡＭＰＬＥ");

    User user = create(User.newBuilder().setEmail(" \u3000" + fullWidth + "\t ").build());

    assertThat(user.getEmail()).isEqualTo(free);
    assertThat(server.rows().text("SELECT email FROM user WHERE id = ?", user.getId()))
        .isEqualTo(free);
  }

  @Test
  void metadataComesBackAsItWas() {
    Struct metadata = Struct.newBuilder()
        .putFields("text", Value.newBuilder().setStringValue("\"é\\\u0000🦊").build())
        .putFields("number", Value.newBuilder().setNumberValue(-0.125).build())
        .putFields("large", Value.newBuilder().setNumberValue(1e300).build())
        .putFields("yes", Value.newBuilder().setBoolValue(true).build())
        .putFields(
            "nothing", Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build())
        .putFields(
            "", Value.newBuilder().setStructValue(Struct.getDefaultInstance()).build())
        .putFields(
            "list",
            Value.newBuilder()
                .setListValue(
                    ListValue.newBuilder().addValues(Value.newBuilder().setNumberValue(1)))
                .build())
        .build();

    User user =
        create(User.newBuilder().setEmail(freeEmail()).setMetadata(metadata).build());

    assertThat(user.getMetadata()).isEqualTo(metadata);
  }

  @Test
  void emptyMetadataIsNotNoMetadata() {
    User user = create(User.newBuilder()
        .setEmail(freeEmail())
        .setMetadata(Struct.getDefaultInstance())
        .build());

    assertThat(user.hasMetadata()).isTrue();
  }

  @Test
  void metadataIsAtMost16KiBOfJson() {
    User.Builder user = User.newBuilder().setEmail(freeEmail());

    create(user.setMetadata(metadataOf("x".repeat(16384 - "{\"k\":\"\"}".length())))
        .build());

    user.setEmail(freeEmail());
    user.setMetadata(metadataOf("x".repeat(16385 - "{\"k\":\"\"}".length())));
    assertInvalid(() -> create(user.build()), "user.metadata");
  }

  @Test
  void metadataThatIsNoJsonIsRefused() {
    Value notANumber = Value.newBuilder().setNumberValue(Double.NaN).build();
    User user = User.newBuilder()
        .setEmail(freeEmail())
        .setMetadata(Struct.newBuilder().putFields("k", notANumber))
        .build();

    assertInvalid(() -> create(user), "user.metadata");
  }

  @Test
  void metadataHasAtMostThirtyLevels() {
    User user = User.newBuilder().setEmail(freeEmail()).setMetadata(nested(30)).build();

    assertThat(create(user).getMetadata()).isEqualTo(nested(30));
    for (int levels : new int[] {31, 32, 33, 45}) {
      assertInvalid(
          () -> create(User.newBuilder()
              .setEmail(freeEmail())
              .setMetadata(nested(levels))
              .build()),
          "user.metadata");
    }
  }

  @Test
  void anAddressBelongsToOneUser() {
    User neighbour = server.given().user();
    User second = User.newBuilder()
        .setEmail(neighbour.getEmail().toUpperCase(java.util.Locale.ROOT))
        .build();

    assertRefused(Status.Code.ALREADY_EXISTS, Reason.EMAIL_TAKEN, () -> create(second));
    assertThat(server.rows().count("user WHERE email = ?", neighbour.getEmail()))
        .isEqualTo(1);
  }

  @Test
  void addressesThatOnlyLookAlikeAreDifferent() {
    String free = freeEmail();

    create(User.newBuilder().setEmail("jose." + free).build());
    User second = create(User.newBuilder().setEmail("josé." + free).build());

    assertThat(second.getEmail()).isEqualTo("josé." + free);
  }

  @Test
  void anIdBelongsToOneUser() {
    User neighbour = server.given().user();
    User second =
        User.newBuilder().setId(neighbour.getId()).setEmail(freeEmail()).build();

    assertRefused(Status.Code.ALREADY_EXISTS, Reason.ID_TAKEN, () -> create(second));
    assertThat(server.rows().text("SELECT email FROM user WHERE id = ?", neighbour.getId()))
        .isEqualTo(neighbour.getEmail());
  }

  @Test
  void aRequestThatComesTwiceMakesOneUser() {
    CreateUserRequest request = CreateUserRequest.newBuilder()
        .setUser(User.newBuilder().setEmail(freeEmail()).setMetadata(metadataOf("v")))
        .setRequestId(UUID.randomUUID().toString())
        .build();

    User first = server.users().createUser(request).getUser();
    User again = server
        .users()
        .createUser(request.toBuilder()
            .setRequestId(request.getRequestId().toUpperCase(java.util.Locale.ROOT))
            .build())
        .getUser();

    assertThat(again).isEqualTo(first);
    assertThat(server.trail().events(first.getId())).hasSize(1);
  }

  @Test
  void anotherRequestUnderTheSameIdIsRefused() {
    CreateUserRequest.Builder request = CreateUserRequest.newBuilder()
        .setUser(User.newBuilder().setEmail(freeEmail()))
        .setRequestId(UUID.randomUUID().toString());
    server.users().createUser(request.build());
    String free = freeEmail();
    request.getUserBuilder().setEmail(free);

    assertRefused(
        Status.Code.ALREADY_EXISTS,
        Reason.REQUEST_ID_REUSED,
        () -> server.users().createUser(request.build()));
    assertThat(server.rows().count("user WHERE email = ?", free)).isZero();
  }

  @Test
  void aRefusedRequestLeavesItsRequestIdUnused() {
    User neighbour = server.given().user();
    CreateUserRequest request = CreateUserRequest.newBuilder()
        .setUser(User.newBuilder().setEmail(neighbour.getEmail()))
        .setRequestId(UUID.randomUUID().toString())
        .build();
    assertRefused(
        Status.Code.ALREADY_EXISTS, Reason.EMAIL_TAKEN, () -> server.users().createUser(request));

    server
        .users()
        .deleteUser(DeleteUserRequest.newBuilder().setUserId(neighbour.getId()).build());

    assertThat(server.users().createUser(request).getUser().getEmail())
        .isEqualTo(neighbour.getEmail());
  }

  @Test
  void aRepeatedRequestWhoseUserIsGoneMakesNobody() {
    CreateUserRequest request = CreateUserRequest.newBuilder()
        .setUser(User.newBuilder().setEmail(freeEmail()))
        .setRequestId(UUID.randomUUID().toString())
        .build();
    User user = server.users().createUser(request).getUser();
    server
        .users()
        .deleteUser(DeleteUserRequest.newBuilder().setUserId(user.getId()).build());

    assertRefused(
        Status.Code.NOT_FOUND, Reason.USER_NOT_FOUND, () -> server.users().createUser(request));
  }

  private User create(User user) {
    return server
        .users()
        .createUser(CreateUserRequest.newBuilder().setUser(user).build())
        .getUser();
  }

  private static Struct nested(int levels) {
    Value value = Value.newBuilder().setNumberValue(1).build();
    for (int level = 1; level < levels; level++) {
      value = Value.newBuilder()
          .setListValue(ListValue.newBuilder().addValues(value))
          .build();
    }
    return Struct.newBuilder().putFields("k", value).build();
  }

  private static Struct metadataOf(String text) {
    return Struct.newBuilder()
        .putFields("k", Value.newBuilder().setStringValue(text).build())
        .build();
  }
}
