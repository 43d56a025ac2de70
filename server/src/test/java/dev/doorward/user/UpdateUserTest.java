package dev.doorward.user;

import static dev.doorward.testing.Given.freeEmail;
import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import com.google.protobuf.util.Timestamps;
import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.User;
import io.grpc.Status;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(DoorwardExtension.class)
class UpdateUserTest {

  private static final Struct METADATA = Struct.newBuilder()
      .putFields("plan", Value.newBuilder().setStringValue("gold").build())
      .build();

  private final TestServer server;

  UpdateUserTest(TestServer server) {
    this.server = server;
  }

  @Test
  void onlyWhatTheMaskNamesChanges() {
    User user = complete();
    User neighbour = server.given().user();

    User changed = update(
        User.newBuilder()
            .setId(user.getId())
            .setName("Grace Hopper")
            .setImage("https://example.com/other.png")
            .setEmail(freeEmail())
            .build(),
        "name");

    assertThat(changed)
        .isEqualTo(user.toBuilder()
            .setName("Grace Hopper")
            .setUpdatedAt(changed.getUpdatedAt())
            .setEtag(changed.getEtag())
            .build());
    assertThat(get(user.getId())).isEqualTo(changed);
    assertThat(get(neighbour.getId())).isEqualTo(neighbour);
    assertThat(server.trail().event(user.getId())).isEqualTo("USER_UPDATED - - - local");
    assertThat(server.trail().revocations(user.getId())).containsExactly("USER_CHANGED -");
  }

  @Test
  void anEmptyMaskChangesTheFieldsThatAreSet() {
    User user = complete();

    User changed = update(User.newBuilder()
        .setId(user.getId())
        .setName("")
        .setEmailVerified(false)
        .build());

    assertThat(changed.hasName()).isFalse();
    assertThat(changed.getEmailVerified()).isFalse();
    assertThat(changed.hasEmailVerifiedAt()).isFalse();
    assertThat(changed.getImage()).isEqualTo(user.getImage());
    assertThat(changed.getMetadata()).isEqualTo(user.getMetadata());
    assertThat(changed.getEmail()).isEqualTo(user.getEmail());
  }

  @Test
  void whatIsNamedButNotSetIsCleared() {
    User user = complete();

    User changed = update(
        User.newBuilder().setId(user.getId()).build(),
        "name",
        "image",
        "metadata",
        "email_verified");

    assertThat(changed.hasName()).isFalse();
    assertThat(changed.hasImage()).isFalse();
    assertThat(changed.hasMetadata()).isFalse();
    assertThat(changed.getEmailVerified()).isFalse();
    assertThat(changed.hasEmailVerifiedAt()).isFalse();
  }

  @Test
  void whenTheAddressWasVerifiedSaysThatItWas() {
    Timestamp moment =
        Timestamp.newBuilder().setSeconds(1_700_000_000).setNanos(5_000).build();
    User user = server.given().user();

    User verified =
        update(User.newBuilder().setId(user.getId()).setEmailVerifiedAt(moment).build());
    assertThat(verified.getEmailVerified()).isTrue();
    assertThat(verified.getEmailVerifiedAt()).isEqualTo(moment);

    User moved = update(User.newBuilder()
        .setId(user.getId())
        .setEmail(Given.freeEmail())
        .setEmailVerifiedAt(moment)
        .build());
    assertThat(moved.getEmailVerifiedAt()).isEqualTo(moment);

    User cleared = update(User.newBuilder().setId(user.getId()).build(), "email_verified_at");
    assertThat(cleared.getEmailVerified()).isFalse();
    assertThat(cleared.hasEmailVerifiedAt()).isFalse();

    assertInvalid(
        () -> update(User.newBuilder()
            .setId(user.getId())
            .setEmailVerified(false)
            .setEmailVerifiedAt(moment)
            .build()),
        "user.email_verified");
    assertThat(get(user.getId())).isEqualTo(cleared);
  }

  @Test
  void theAddressCantBeCleared() {
    User user = complete();

    assertInvalid(
        () -> update(User.newBuilder().setId(user.getId()).build(), "email"), "user.email");
    assertThat(get(user.getId())).isEqualTo(user);
  }

  @Test
  void metadataIsReplacedAsAWhole() {
    User user = complete();
    Struct other = Struct.newBuilder()
        .putFields("seats", Value.newBuilder().setNumberValue(3).build())
        .build();

    User changed =
        update(User.newBuilder().setId(user.getId()).setMetadata(other).build(), "metadata");

    assertThat(changed.getMetadata()).isEqualTo(other);
  }

  @Test
  void aNewAddressIsUnverified() {
    User user = complete();
    String free = freeEmail();

    User changed = update(
        User.newBuilder()
            .setId(user.getId())
            .setEmail(" " + free.toUpperCase(java.util.Locale.ROOT))
            .build(),
        "email");

    assertThat(changed.getEmail()).isEqualTo(free);
    assertThat(changed.getEmailVerified()).isFalse();
    assertThat(changed.hasEmailVerifiedAt()).isFalse();
  }

  @Test
  void aNewAddressIsVerifiedIfTheCallerSaysSo() {
    User user = complete();

    User changed = update(
        User.newBuilder()
            .setId(user.getId())
            .setEmail(freeEmail())
            .setEmailVerified(true)
            .build(),
        "email",
        "email_verified");

    assertThat(changed.getEmailVerified()).isTrue();
    assertThat(changed.getEmailVerifiedAt()).isEqualTo(changed.getUpdatedAt());
  }

  @Test
  void theSameAddressAgainStaysVerified() {
    User user = complete();

    User changed =
        update(User.newBuilder().setId(user.getId()).setEmail(user.getEmail()).build(), "email");

    assertThat(changed.getEmailVerified()).isTrue();
    assertThat(changed.getEmailVerifiedAt()).isEqualTo(user.getEmailVerifiedAt());
  }

  @Test
  void anAddressThatIsVerifiedAgainKeepsItsDate() {
    User user = complete();

    User changed = update(
        User.newBuilder().setId(user.getId()).setEmailVerified(true).build(), "email_verified");

    assertThat(changed.getEmailVerifiedAt()).isEqualTo(user.getEmailVerifiedAt());
  }

  @Test
  void anAddressOfAnotherUserIsRefused() {
    User user = complete();
    User neighbour = server.given().user();

    assertRefused(
        Status.Code.ALREADY_EXISTS,
        Reason.EMAIL_TAKEN,
        () -> update(
            User.newBuilder()
                .setId(user.getId())
                .setEmail(neighbour.getEmail())
                .setName("Mallory")
                .build(),
            "email",
            "name"));
    assertThat(get(user.getId())).isEqualTo(user);
    assertThat(get(neighbour.getId())).isEqualTo(neighbour);
    assertThat(server.trail().revocations(user.getId())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"id", "etag", "created_at", "user.name", "*", "", "emailVerified", "nonsense"})
  void anUnknownPathIsRefused(String path) {
    User user = complete();

    assertInvalid(
        () -> update(User.newBuilder().setId(user.getId()).setName("x").build(), path),
        "update_mask");
    assertThat(get(user.getId())).isEqualTo(user);
  }

  @Test
  void aThousandUnknownPathsAreRefusedLikeOne() {
    String[] paths = IntStream.range(0, 1000).mapToObj(i -> "path" + i).toArray(String[]::new);

    assertInvalid(() -> update(User.newBuilder().setId("x").build(), paths), "update_mask");
  }

  @Test
  void anEtagThatIsCurrentLetsTheUpdateHappen() {
    User user = complete();

    User changed = update(
        User.newBuilder()
            .setId(user.getId())
            .setEtag(user.getEtag())
            .setName("Grace")
            .build(),
        "name");

    assertThat(changed.getName()).isEqualTo("Grace");
    assertThat(changed.getEtag()).isNotEqualTo(user.getEtag());
  }

  @Test
  void anEtagOfAnEarlierStateIsRefused() {
    User user = complete();
    User changed = update(User.newBuilder().setId(user.getId()).setName("Grace").build());

    assertRefused(
        Status.Code.ABORTED,
        Reason.ETAG_MISMATCH,
        () -> update(User.newBuilder()
            .setId(user.getId())
            .setEtag(user.getEtag())
            .setName("Ada")
            .build()));
    assertThat(get(user.getId())).isEqualTo(changed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "-1",
        "+0",
        " ",
        "🦊",
        "' OR ''='",
        "zzzzzzzzzzzz",
        "-zzzzzzzzzzzz",
        "1y2p0ij32e8e7",
        "-1y2p0ij32e8e8",
        "zzzzzzzzzzzzzzzzzzzzzzzzzzz",
        "0"
      })
  void anEtagThatNobodyGaveOutIsRefused(String etag) {
    User user = complete();

    assertRefused(
        Status.Code.ABORTED,
        Reason.ETAG_MISMATCH,
        () -> update(
            User.newBuilder().setId(user.getId()).setEtag(etag).setName("Ada").build()));
    assertThat(get(user.getId())).isEqualTo(user);
  }

  @Test
  void anEtagInAnotherSpellingIsRefused() {
    User user = complete();

    for (String etag : List.of("+" + user.getEtag(), "0" + user.getEtag(), user.getEtag() + " ")) {
      assertRefused(
          Status.Code.ABORTED,
          Reason.ETAG_MISMATCH,
          () -> update(
              User.newBuilder().setId(user.getId()).setEtag(etag).setName("Ada").build()));
    }
  }

  @Test
  void anEtagOfNobodyIsNotFound() {
    assertRefused(
        Status.Code.NOT_FOUND,
        Reason.USER_NOT_FOUND,
        () ->
            update(User.newBuilder().setId("nobody").setEtag("x").setName("Ada").build()));
  }

  @Test
  void updatedAtGrowsWhateverTheClockDoes() {
    User user = complete();
    server
        .rows()
        .change(
            "UPDATE user SET updatedAt = updatedAt + INTERVAL 1 DAY WHERE id = ?", user.getId());
    User ahead = get(user.getId());

    User changed = update(User.newBuilder().setId(user.getId()).setName("Grace").build());

    assertThat(Timestamps.between(ahead.getUpdatedAt(), changed.getUpdatedAt()).getNanos())
        .isEqualTo(1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "🦊", " ", "' OR ''='"})
  void anUnknownUserIsNotFound(String id) {
    assertRefused(
        Status.Code.NOT_FOUND,
        Reason.USER_NOT_FOUND,
        () -> update(User.newBuilder().setId(id).setName("Ada").build()));
  }

  @Test
  void anIdIsRequired() {
    assertInvalid(() -> update(User.newBuilder().setName("Ada").build()), "user.id");
  }

  private User complete() {
    return server
        .given()
        .user(User.newBuilder()
            .setEmail(freeEmail())
            .setEmailVerified(true)
            .setName("Ada Lovelace")
            .setImage("https://example.com/ada.png")
            .setMetadata(METADATA)
            .build());
  }

  private User get(String id) {
    return server
        .users()
        .getUser(GetUserRequest.newBuilder().setUserId(id).build())
        .getUser();
  }

  private User update(User user, String... paths) {
    return server
        .users()
        .updateUser(UpdateUserRequest.newBuilder()
            .setUser(user)
            .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(paths)))
            .build())
        .getUser();
  }
}
