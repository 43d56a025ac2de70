package dev.doorward.user;

import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.BatchGetUsersRequest;
import dev.doorward.v1.BatchGetUsersResponse;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.User;
import io.grpc.Status;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(DoorwardExtension.class)
class GetUserTest {

  private final TestServer server;

  GetUserTest(TestServer server) {
    this.server = server;
  }

  static Stream<String> oddKeys() {
    return Stream.of(
        "x",
        " ",
        "%",
        "_",
        "x".repeat(10_000),
        "🦊",
        "é",
        "' OR ''='",
        "\"; DROP TABLE user; --",
        "\u0000",
        "ada@",
        "@",
        "a@b@c",
        "\u200b");
  }

  @Test
  void aUserIsFoundById() {
    User user = server.given().user();
    server.given().user();

    assertThat(byId(user.getId())).isEqualTo(user);
  }

  @Test
  void aUserIsFoundByAnyFormOfTheirAddress() {
    User user = server.given().user();
    String email = user.getEmail();

    assertThat(byEmail(email)).isEqualTo(user);
    assertThat(byEmail(email.toUpperCase(Locale.ROOT))).isEqualTo(user);
    assertThat(byEmail("  " + email + "\n")).isEqualTo(user);
    assertThat(byEmail(email.replace("@", "＠").replace("e", "Ｅ"))).isEqualTo(user);
  }

  @ParameterizedTest
  @MethodSource("oddKeys")
  void anUnknownIdIsNotFoundWhateverItsShape(String id) {
    assertRefused(Status.Code.NOT_FOUND, Reason.USER_NOT_FOUND, () -> byId(id));
  }

  @ParameterizedTest
  @MethodSource("oddKeys")
  void anUnknownAddressIsNotFoundWhateverItsShape(String email) {
    assertRefused(Status.Code.NOT_FOUND, Reason.USER_NOT_FOUND, () -> byEmail(email));
  }

  @Test
  void anIdIsComparedByteForByte() {
    User user = server
        .given()
        .user(User.newBuilder()
            .setId("CamelCase-" + System.nanoTime())
            .setEmail(dev.doorward.testing.Given.freeEmail())
            .build());

    for (String other :
        List.of(user.getId().toLowerCase(Locale.ROOT), user.getId() + " ", " " + user.getId())) {
      assertRefused(Status.Code.NOT_FOUND, Reason.USER_NOT_FOUND, () -> byId(other));
    }
  }

  @Test
  void aKeyIsRequired() {
    assertInvalid(() -> byId(""), "user_id");
    assertInvalid(() -> byEmail(""), "email");
    assertInvalid(() -> server.users().getUser(GetUserRequest.getDefaultInstance()), "key");
  }

  @Test
  void aBatchComesOnceEachInTheOrderAskedFor() {
    User first = server.given().user();
    User second = server.given().user();
    String odd = "x".repeat(10_000);

    BatchGetUsersResponse answer = batch(
        List.of("nobody", second.getId(), first.getId(), second.getId(), odd, "🦊", "", "nobody"));

    assertThat(answer.getUsersList()).containsExactly(second, first);
    assertThat(answer.getUnknownUserIdsList()).containsExactly("nobody", odd, "🦊", "");
  }

  @Test
  void aBatchHasOneTo500Ids() {
    assertInvalid(() -> batch(List.of()), "user_ids");
    assertInvalid(() -> batch(Collections.nCopies(501, "x")), "user_ids");
    assertThat(batch(Collections.nCopies(500, "x")).getUnknownUserIdsList()).containsExactly("x");
  }

  @Test
  void aBatchOf500DifferentIdsIsRead() {
    User user = server.given().user();
    List<String> ids = Stream.concat(
            java.util.stream.IntStream.range(0, 499).mapToObj(i -> "nobody-" + i),
            Stream.of(user.getId()))
        .toList();

    assertThat(batch(ids).getUsersList()).containsExactly(user);
    assertThat(batch(ids).getUnknownUserIdsCount()).isEqualTo(499);
  }

  private User byId(String id) {
    return server
        .users()
        .getUser(GetUserRequest.newBuilder().setUserId(id).build())
        .getUser();
  }

  private User byEmail(String email) {
    return server
        .users()
        .getUser(GetUserRequest.newBuilder().setEmail(email).build())
        .getUser();
  }

  private BatchGetUsersResponse batch(List<String> ids) {
    return server
        .users()
        .batchGetUsers(BatchGetUsersRequest.newBuilder().addAllUserIds(ids).build());
  }
}
