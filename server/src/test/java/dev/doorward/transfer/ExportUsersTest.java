package dev.doorward.transfer;

import static dev.doorward.testing.Refusals.assertRefused;
import static dev.doorward.testing.Refusals.detail;
import static dev.doorward.testing.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import com.google.rpc.ErrorInfo;
import dev.doorward.development.EmbeddedMariaDb;
import dev.doorward.error.Reason;
import dev.doorward.testing.Given;
import dev.doorward.testing.Imports;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Account;
import dev.doorward.v1.ExportUsersRequest;
import dev.doorward.v1.ExportUsersResponse;
import dev.doorward.v1.ImportUsersResult;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.PortableUser;
import dev.doorward.v1.UpdateAccountRequest;
import dev.doorward.v1.User;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** On a MariaDB of its own: of everybody there is, somebody may have a token that another server's key has encrypted. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExportUsersTest {

  private static final String BCRYPT =
      "$2b$06$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

  private EmbeddedMariaDb own;
  private TestServer server;

  @BeforeAll
  void start() {
    own = TestMariaDb.fresh();
    server = TestServer.start(own);
  }

  @AfterAll
  void stop() {
    server.close();
    own.close();
  }

  @Test
  void whatIsExportedIsImportedElsewhereWithNothingLost() {
    String email = Given.freeEmail();
    Account account = Given.freeAccount()
        .setAccessToken(Given.ACCESS_TOKEN)
        .setRefreshToken(Given.REFRESH_TOKEN)
        .build();
    Imports.of(
        server.channel(),
        PortableUser.newBuilder()
            .setUser(User.newBuilder().setEmail(email).setName("Grace"))
            .setPasswordHash(BCRYPT)
            .addAccounts(account)
            .build());

    PortableUser exported = find(email, true);
    assertThat(exported.getPasswordHash()).isEqualTo(BCRYPT);
    assertThat(exported.getAccountsList())
        .singleElement()
        .satisfies(one -> assertThat(one.getRefreshToken()).isEqualTo(Given.REFRESH_TOKEN));

    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer elsewhere = TestServer.start(mariaDb)) {
      ImportUsersResult result = Imports.of(elsewhere.channel(), exported);
      assertThat(result.getUserId()).isEqualTo(exported.getUser().getId());
      PortableUser there = export(elsewhere, true, "").get(0).getUsers(0);
      assertThat(stable(there)).isEqualTo(stable(exported));
    }
  }

  @Test
  void aUserWithTheMostAndLongestTokensGoesOutAndIn() {
    String token = Given.ACCESS_TOKEN + "x".repeat((16 << 10) - Given.ACCESS_TOKEN.length());
    PortableUser.Builder user =
        PortableUser.newBuilder().setUser(User.newBuilder().setEmail(Given.freeEmail()));
    for (int i = 0; i < 32; i++) {
      user.addAccounts(
          Given.freeAccount().setAccessToken(token).setRefreshToken(token).setIdToken(token));
    }

    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer roomy = TestServer.start(mariaDb, "server.max-message-bytes", "4194304")) {
      Imports.of(roomy.channel(), user.build());

      PortableUser out = export(roomy, true, "").get(0).getUsers(0);
      assertThat(out.getAccountsList())
          .hasSize(32)
          .allSatisfy(each -> assertThat(each.getRefreshToken()).isEqualTo(token));
    }
  }

  @Test
  void aTokenThatDoesNotOpenIsNamedAndOnceItIsGoneTheExportGoesOn() {
    try (EmbeddedMariaDb mariaDb = TestMariaDb.fresh();
        TestServer server = TestServer.start(mariaDb)) {
      User user = server.given().user();
      Account account = server
          .accounts()
          .linkAccount(LinkAccountRequest.newBuilder()
              .setAccount(
                  Given.freeAccount().setUserId(user.getId()).setAccessToken(Given.ACCESS_TOKEN))
              .build())
          .getAccount();
      server
          .rows()
          .change(
              "UPDATE account SET accessToken = 'dwe1.lost.AAAA' WHERE id = ?", account.getId());

      assertThat(export(server, false, "")).isNotEmpty();
      StatusRuntimeException refusal = refusal(() -> export(server, true, ""));
      ErrorInfo info = detail(refusal, ErrorInfo.class).orElseThrow();
      assertThat(info.getReason()).isEqualTo(Reason.TOKEN_UNREADABLE.name());
      assertThat(info.getMetadataMap()).containsEntry("account_id", account.getId());

      server
          .accounts()
          .updateAccount(UpdateAccountRequest.newBuilder()
              .setAccount(Account.newBuilder().setId(account.getId()))
              .setUpdateMask(FieldMask.newBuilder().addPaths("access_token"))
              .build());
      assertThat(ids(export(server, true, ""))).contains(user.getId());
    }
  }

  @Test
  void secretsAreOnlyThereIfTheyAreAskedFor() {
    String email = server.given().signedUp().getUser().getEmail();
    String linked = Given.freeEmail();
    Imports.of(
        server.channel(),
        PortableUser.newBuilder()
            .setUser(User.newBuilder().setEmail(linked))
            .addAccounts(Given.freeAccount().setAccessToken(Given.ACCESS_TOKEN))
            .build());

    assertThat(find(email, false).getPasswordHash()).isEmpty();
    assertThat(find(email, true).getPasswordHash()).startsWith("$argon2id$");
    assertThat(find(email, true).getAccountsList()).isEmpty();
    assertThat(find(linked, false).getAccounts(0).hasAccessToken()).isFalse();
    assertThat(find(linked, true).getAccounts(0).getAccessToken()).isEqualTo(Given.ACCESS_TOKEN);
  }

  @Test
  void everyoneComesOnceAndAnotherStreamGoesOnAtAnyMessage() {
    Imports.of(
        server.channel(),
        IntStream.range(0, 250)
            .mapToObj(i -> PortableUser.newBuilder()
                .setUser(User.newBuilder().setEmail(Given.freeEmail()))
                .build())
            .toList());

    List<ExportUsersResponse> all = export(server, false, "");
    List<String> ids = ids(all);

    assertThat(ids)
        .doesNotHaveDuplicates()
        .containsExactlyElementsOf(
            server.rows().texts("SELECT id FROM user ORDER BY createdAt, id"));
    ExportUsersResponse second = all.get(1);
    List<String> rest = ids(export(server, false, second.getNextPageToken()));
    int from = ids.indexOf(second.getUsers(second.getUsersCount() - 1).getUser().getId()) + 1;
    assertThat(rest).containsExactlyElementsOf(ids.subList(from, ids.size()));
  }

  @Test
  void aTokenOfAnotherExportIsRefused() {
    server.given().user();
    String token = export(server, false, "").get(0).getNextPageToken();

    assertRefused(
        Status.Code.INVALID_ARGUMENT, Reason.PAGE_TOKEN_INVALID, () -> export(server, true, token));
  }

  private PortableUser find(String email, boolean secrets) {
    return export(server, secrets, "").stream()
        .flatMap(message -> message.getUsersList().stream())
        .filter(user -> user.getUser().getEmail().equals(email))
        .findFirst()
        .orElseThrow();
  }

  private static List<ExportUsersResponse> export(
      TestServer server, boolean secrets, String pageToken) {
    List<ExportUsersResponse> messages = new ArrayList<>();
    server
        .users()
        .exportUsers(ExportUsersRequest.newBuilder()
            .setIncludeSecrets(secrets)
            .setPageToken(pageToken)
            .build())
        .forEachRemaining(messages::add);
    return messages;
  }

  private static List<String> ids(List<ExportUsersResponse> messages) {
    return messages.stream()
        .flatMap(message -> message.getUsersList().stream())
        .map(user -> user.getUser().getId())
        .toList();
  }

  /** Without what is the server's own to say. */
  private static PortableUser stable(PortableUser user) {
    PortableUser.Builder plain = user.toBuilder();
    plain.getUserBuilder().clearUpdatedAt().clearEtag();
    plain.getAccountsBuilderList().forEach(each -> each.clearCreatedAt().clearUpdatedAt());
    return plain.build();
  }
}
