package dev.doorward.export;

import static dev.doorward.testing.Refusals.assertInvalid;
import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.error.Reason;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.Refusals;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Account;
import dev.doorward.v1.AccountView;
import dev.doorward.v1.Event;
import dev.doorward.v1.ExportUserDataRequest;
import dev.doorward.v1.ExportUserDataResponse;
import dev.doorward.v1.GetAccountRequest;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import dev.doorward.v1.Verification;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class ExportUserDataTest {

  private final TestServer server;

  ExportUserDataTest(TestServer server) {
    this.server = server;
  }

  @Test
  void allThatIsKeptAboutAUserIsThere() {
    SignUpResponse signedUp = server.given().signedUp();
    User user = signedUp.getUser();
    Account account = server.given().account(user);
    Session ended = server.given().session(user);
    server
        .rows()
        .change(
            "UPDATE session SET expires = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR WHERE id = ?",
            ended.getId());
    server.given().passwordReset(user.getEmail());
    Verification link = server.given().verification(user.getEmail(), "sign-in");
    Verification code = server.given().verification(user.getId(), "code");
    Refusals.refusal(() -> server
        .passwords()
        .signIn(SignInRequest.newBuilder()
            .setEmail(user.getEmail())
            .setPassword("a wrong one")
            .build()));

    ExportUserDataResponse all = export(user.getId());

    assertThat(all.getUser()).isEqualTo(get(user));
    assertThat(all.getWrongPasswords().getCount()).isOne();
    assertThat(all.getWrongPasswords().hasBlockedUntil()).isFalse();
    assertThat(all.getAccountsList()).contains(account).hasSize(2);
    assertThat(all.getSessionsList())
        .extracting(Session::getId)
        .containsExactlyInAnyOrder(signedUp.getSession().getId(), ended.getId());
    assertThat(all.getVerificationsList())
        .contains(
            link.toBuilder().clearToken().build(), code.toBuilder().clearToken().build())
        .extracting(Verification::getPurpose)
        .containsExactlyInAnyOrder("PASSWORD_RESET", "sign-in", "code");
    assertThat(all.getEventsList())
        .extracting(event -> event.getType().name())
        .containsExactly(
            "EVENT_TYPE_PASSWORD_RESET_REQUESTED",
            "EVENT_TYPE_SESSION_CREATED",
            "EVENT_TYPE_ACCOUNT_LINKED",
            "EVENT_TYPE_SESSION_CREATED",
            "EVENT_TYPE_PASSWORD_SET",
            "EVENT_TYPE_USER_CREATED");
  }

  @Test
  void nothingOfTheNeighboursIsThere() {
    SignUpResponse neighbour = server.given().signedUp();
    server.given().account(neighbour.getUser());
    server.given().passwordReset(neighbour.getUser().getEmail());
    User user = server.given().user();

    ExportUserDataResponse all = export(user.getId());

    assertThat(all.getUser()).isEqualTo(user);
    assertThat(all.hasWrongPasswords()).isFalse();
    assertThat(all.getAccountsList()).isEmpty();
    assertThat(all.getSessionsList()).isEmpty();
    assertThat(all.getVerificationsList()).isEmpty();
    assertThat(all.getEventsList()).extracting(Event::getUserId).containsExactly(user.getId());
  }

  @Test
  void noSecretIsThere() {
    SignUpResponse signedUp = server.given().signedUp();
    User user = signedUp.getUser();
    Account account = server
        .accounts()
        .linkAccount(LinkAccountRequest.newBuilder()
            .setAccount(Given.freeAccount()
                .setUserId(user.getId())
                .setAccessToken("marked access")
                .setRefreshToken("marked refresh")
                .setIdToken("marked id"))
            .build())
        .getAccount();
    assertThat(server
            .accounts()
            .getAccount(GetAccountRequest.newBuilder()
                .setAccountId(account.getId())
                .setView(AccountView.ACCOUNT_VIEW_FULL)
                .build())
            .getAccount()
            .getAccessToken())
        .isEqualTo("marked access");
    String reset = server.given().passwordReset(user.getEmail());
    String link = server.given().verification(user.getEmail(), "sign-in").getToken();

    String all = export(user.getId()).toByteString().toStringUtf8();

    assertThat(all)
        .contains(user.getEmail(), account.getProviderAccountId())
        .doesNotContain("marked")
        .doesNotContain(signedUp.getSession().getSessionToken(), reset, link, Given.PASSWORD)
        .doesNotContain(server
            .rows()
            .texts(
                "SELECT password FROM account WHERE userId = ? AND password IS NOT NULL",
                user.getId()))
        .doesNotContain(
            server.rows().texts("SELECT sessionToken FROM session WHERE userId = ?", user.getId()))
        .doesNotContain(
            server.rows().texts("SELECT value FROM verification WHERE userId = ?", user.getId()));
  }

  @Test
  void howeverMuchItIsAllOfItIsThereOnceInMessagesOfBoundedSize() {
    User user = server.given().user();
    server.rows().change("""
        INSERT INTO session (id, userId, expires, sessionToken, createdAt)
        SELECT CONCAT('s', seq, ?), ?, UTC_TIMESTAMP(6) + INTERVAL 1 DAY, SHA2(CONCAT(seq, ?), 256),
               UTC_TIMESTAMP(6) - INTERVAL seq DIV 7 SECOND
        FROM seq_1_to_1234
        """, user.getId(), user.getId(), user.getId());
    server.rows().change("""
        INSERT INTO event (createdAt, caller, type, userId)
        SELECT UTC_TIMESTAMP(6) - INTERVAL seq DIV 7 SECOND, 'local', 'SESSION_CREATED', ? FROM seq_1_to_2500
        """, user.getId());

    List<ExportUserDataResponse> messages = messages(user.getId());

    assertThat(messages)
        .hasSize(1 + 3 + 6)
        .allSatisfy(message -> assertThat(message.getSerializedSize()).isLessThan(1 << 20));
    assertThat(messages.get(0).hasUser()).isTrue();
    ExportUserDataResponse all = merged(messages);
    assertThat(all.getSessionsList())
        .extracting(Session::getId)
        .doesNotHaveDuplicates()
        .hasSize(1234);
    assertThat(all.getEventsList())
        .extracting(Event::getId)
        .doesNotHaveDuplicates()
        .hasSize(2501);
  }

  @Test
  void whatBetterAuthKeepsUnderAnAddressIsThereToo() {
    User user = server.given().user();
    server
        .rows()
        .change(
            "INSERT INTO verification (id, identifier, value, expiresAt)"
                + " VALUES (?, ?, 'marked', UTC_TIMESTAMP(6) + INTERVAL 1 HOUR)",
            user.getId(),
            user.getEmail());

    ExportUserDataResponse all = export(user.getId());

    assertThat(all.getVerifications(0).getIdentifier()).isEqualTo(user.getEmail());
    assertThat(all.getVerifications(0).getPurpose()).isEmpty();
    assertThat(all.toByteString().toStringUtf8()).doesNotContain("marked");
  }

  @Test
  void nobodyIsNotFoundAndAnIdIsRequired() {
    for (String id : List.of("nobody", "🦊", "x".repeat(1000))) {
      assertRefused(Status.Code.NOT_FOUND, Reason.USER_NOT_FOUND, () -> messages(id));
    }
    assertInvalid(() -> messages(""), "user_id");
  }

  private List<ExportUserDataResponse> messages(String userId) {
    List<ExportUserDataResponse> messages = new ArrayList<>();
    server
        .users()
        .exportUserData(ExportUserDataRequest.newBuilder().setUserId(userId).build())
        .forEachRemaining(messages::add);
    return messages;
  }

  private ExportUserDataResponse export(String userId) {
    return merged(messages(userId));
  }

  private static ExportUserDataResponse merged(List<ExportUserDataResponse> messages) {
    ExportUserDataResponse.Builder all = ExportUserDataResponse.newBuilder();
    messages.forEach(all::mergeFrom);
    return all.build();
  }

  private User get(User user) {
    return server
        .users()
        .getUser(GetUserRequest.newBuilder().setUserId(user.getId()).build())
        .getUser();
  }
}
