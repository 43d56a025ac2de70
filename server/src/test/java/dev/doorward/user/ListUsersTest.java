package dev.doorward.user;

import static dev.doorward.testing.Refusals.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.ListUsersRequest;
import dev.doorward.v1.ListUsersResponse;
import dev.doorward.v1.User;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each test has a month of its own, long ago, into which SQL moves its users. */
@ExtendWith(DoorwardExtension.class)
class ListUsersTest {

  private static int months;

  private final TestServer server;
  private final int year;

  ListUsersTest(TestServer server) {
    this.server = server;
    this.year = 1800 + months++;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 1000})
  void pagesHoldEveryUserOnceInTheOrderOfCreation(int pageSize) {
    User third = createdOnDay(3);
    User first = createdOnDay(1);
    User second = createdOnDay(2);
    createdOnDay(29); // Outside.

    assertThat(all(onDays(1, 4).setPageSize(pageSize))).containsExactly(first, second, third);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void usersCreatedAtTheSameMomentAreNeitherLostNorDoubled(int pageSize) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      ids.add(createdOnDay(1).getId());
    }

    List<String> listed =
        all(onDays(1, 2).setPageSize(pageSize)).stream().map(User::getId).toList();

    assertThat(listed).containsExactlyElementsOf(ids.stream().sorted().toList());
  }

  @Test
  void createdAfterIncludesItsMomentAndCreatedBeforeDoesNot() {
    User first = createdOnDay(1);
    User second = createdOnDay(2);

    assertThat(all(onDays(1, 2))).containsExactly(first);
    assertThat(all(onDays(1, 3))).containsExactly(first, second);
    assertThat(all(onDays(2, 3))).containsExactly(second);
    assertThat(all(onDays(3, 3))).isEmpty();
  }

  @Test
  void disabledOnesAndOthersCanBeToldApart() {
    User active = createdOnDay(1);
    User disabled = createdOnDay(2);
    server
        .users()
        .disableUser(DisableUserRequest.newBuilder().setUserId(disabled.getId()).build());

    assertThat(ids(all(onDays(1, 9).setDisabled(true)))).containsExactly(disabled.getId());
    assertThat(ids(all(onDays(1, 9).setDisabled(false)))).containsExactly(active.getId());
    assertThat(ids(all(onDays(1, 9)))).containsExactly(active.getId(), disabled.getId());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 50})
  void aPrefixOfTheAddressListsInTheOrderOfAddresses(int pageSize) {
    String prefix = "p" + UUID.randomUUID().toString().substring(0, 8);
    User c = withEmail(prefix + "c@example.com");
    User a = withEmail(prefix + "a@example.com");
    User b = withEmail(prefix + "é@example.com");
    withEmail("x" + prefix + "@example.com");

    assertThat(all(ListUsersRequest.newBuilder()
            .setEmailPrefix(" " + prefix.toUpperCase(java.util.Locale.ROOT))
            .setPageSize(pageSize)))
        .containsExactly(a, c, b);
  }

  @Test
  void allFiltersHoldTogether() {
    String prefix = "f" + UUID.randomUUID().toString().substring(0, 8);
    User wanted = move(withEmail(prefix + "1@example.com"), 1);
    move(withEmail(prefix + "2@example.com"), 20);
    move(withEmail("other" + prefix + "@example.com"), 1);

    assertThat(all(onDays(1, 9).setEmailPrefix(prefix).setDisabled(false))).containsExactly(wanted);
    assertThat(all(onDays(1, 9).setEmailPrefix(prefix).setDisabled(true))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "_", "a%", "a_"})
  void aPrefixIsLiteral(String wildcard) {
    String free = UUID.randomUUID().toString();
    User literal = withEmail(wildcard + free + "@example.com");
    withEmail("ax" + free + "@example.com");
    withEmail("x" + free + "@example.com");

    assertThat(all(ListUsersRequest.newBuilder().setEmailPrefix(wildcard + free)))
        .containsExactly(literal);
  }

  @Test
  void aBackslashInAPrefixIsLiteral() {
    String free = "b" + UUID.randomUUID();
    withEmail(free + "@example.com");

    assertThat(all(ListUsersRequest.newBuilder().setEmailPrefix(free + "\\"))).isEmpty();
    assertThat(all(ListUsersRequest.newBuilder().setEmailPrefix("\\" + free))).isEmpty();
    assertThat(all(ListUsersRequest.newBuilder().setEmailPrefix(free + "\\%"))).isEmpty();
  }

  @Test
  void aPageHasFiftyUsersUnlessAskedOtherwise() {
    for (int i = 0; i < 51; i++) {
      createdOnDay(1);
    }

    ListUsersResponse page = server.users().listUsers(onDays(1, 2).build());

    assertThat(page.getUsersCount()).isEqualTo(50);
    assertThat(page.getNextPageToken()).isNotEmpty();
  }

  @Test
  void aLastPageThatIsFullSaysSo() {
    createdOnDay(1);
    createdOnDay(2);

    ListUsersResponse page =
        server.users().listUsers(onDays(1, 9).setPageSize(2).build());

    assertThat(page.getUsersCount()).isEqualTo(2);
    assertThat(page.getNextPageToken()).isEmpty();
  }

  @Test
  void aUserWhoIsDeletedBetweenPagesTakesNobodyAlong() {
    User first = createdOnDay(1);
    User second = createdOnDay(2);
    ListUsersRequest.Builder request = onDays(1, 9).setPageSize(1);
    ListUsersResponse page = server.users().listUsers(request.build());
    server.rows().change("DELETE FROM user WHERE id = ?", first.getId());

    ListUsersResponse next =
        server.users().listUsers(request.setPageToken(page.getNextPageToken()).build());

    assertThat(next.getUsersList()).containsExactly(second);
  }

  @Test
  void wrongSizesPrefixesAndTimesAreRefused() {
    assertInvalid(() -> list(ListUsersRequest.newBuilder().setPageSize(-1)), "page_size");
    assertInvalid(() -> list(ListUsersRequest.newBuilder().setPageSize(1001)), "page_size");
    assertInvalid(
        () -> list(ListUsersRequest.newBuilder().setEmailPrefix("x".repeat(255))), "email_prefix");
    assertInvalid(
        () -> list(ListUsersRequest.newBuilder().setEmailPrefix("é".repeat(128))), "email_prefix");
    assertInvalid(
        () -> list(ListUsersRequest.newBuilder()
            .setCreatedAfter(Timestamp.newBuilder().setNanos(-1))
            .setCreatedBefore(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))),
        "created_after",
        "created_before");
  }

  private ListUsersResponse list(ListUsersRequest.Builder request) {
    return server.users().listUsers(request.build());
  }

  /** Follows the page tokens to the end. */
  private List<User> all(ListUsersRequest.Builder request) {
    List<User> users = new ArrayList<>();
    ListUsersResponse page;
    do {
      page = list(request);
      users.addAll(page.getUsersList());
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());
    return users;
  }

  private ListUsersRequest.Builder onDays(int from, int to) {
    return ListUsersRequest.newBuilder().setCreatedAfter(day(from)).setCreatedBefore(day(to));
  }

  private User createdOnDay(int day) {
    return move(server.given().user(), day);
  }

  private User withEmail(String email) {
    return server.given().user(User.newBuilder().setEmail(email).build());
  }

  private User move(User user, int day) {
    server.rows().change("UPDATE user SET createdAt = ? WHERE id = ?", date(day), user.getId());
    return user.toBuilder().setCreatedAt(day(day)).build();
  }

  private String date(int day) {
    return String.format(java.util.Locale.ROOT, "%04d-01-%02d", year, day);
  }

  private Timestamp day(int day) {
    return Timestamp.newBuilder()
        .setSeconds(java.time.Instant.parse(date(day) + "T00:00:00Z").getEpochSecond())
        .build();
  }

  private static List<String> ids(List<User> users) {
    return users.stream().map(User::getId).toList();
  }
}
