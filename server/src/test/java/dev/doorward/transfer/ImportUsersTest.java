package dev.doorward.transfer;

import static dev.doorward.testing.Refusals.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.Imports;
import dev.doorward.testing.Race;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Account;
import dev.doorward.v1.AccountView;
import dev.doorward.v1.ErrorReason;
import dev.doorward.v1.GetAccountRequest;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.ImportUsersRequest;
import dev.doorward.v1.ImportUsersResult;
import dev.doorward.v1.ImportUsersResult.Outcome;
import dev.doorward.v1.PortableUser;
import dev.doorward.v1.ProviderAccountKey;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.User;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class ImportUsersTest {

  private static final List<String> TABLES = List.of("user", "account", "event", "session");
  private static final Timestamp LONG_AGO =
      Timestamp.newBuilder().setSeconds(1_000_000_000).setNanos(123_456_000).build();

  private final TestServer server;

  ImportUsersTest(TestServer server) {
    this.server = server;
  }

  @Test
  void aUserArrivesWithAllThatTheyHad() {
    Struct metadata = Struct.newBuilder()
        .putFields("plan", Value.newBuilder().setStringValue("gold").build())
        .build();
    Account account =
        Given.freeAccount().setScope("read").setAccessToken(Given.ACCESS_TOKEN).build();
    User wanted = User.newBuilder()
        .setId(UUID.randomUUID().toString())
        .setEmail(" " + Given.freeEmail().toUpperCase(java.util.Locale.ROOT))
        .setEmailVerifiedAt(LONG_AGO)
        .setName("Grace")
        .setImage("https://example.com/grace.png")
        .setMetadata(metadata)
        .setCreatedAt(LONG_AGO)
        .setDisabledAt(LONG_AGO)
        .setDisabledReason("left")
        .build();

    ImportUsersResult result =
        bringIn(PortableUser.newBuilder().setUser(wanted).addAccounts(account).build());

    assertThat(result.getOutcome()).as(result.getMessage()).isEqualTo(Outcome.OUTCOME_CREATED);
    assertThat(result.getUserId()).isEqualTo(wanted.getId());
    User user = get(wanted.getId());
    assertThat(user.toBuilder().clearUpdatedAt().clearEtag().build())
        .isEqualTo(wanted.toBuilder()
            .setEmail(wanted.getEmail().strip().toLowerCase(java.util.Locale.ROOT))
            .setEmailVerified(true)
            .build());
    Account linked = server
        .accounts()
        .getAccount(GetAccountRequest.newBuilder()
            .setProviderAccount(ProviderAccountKey.newBuilder()
                .setProvider(account.getProvider())
                .setProviderAccountId(account.getProviderAccountId()))
            .setView(AccountView.ACCOUNT_VIEW_FULL)
            .build())
        .getAccount();
    assertThat(linked.getUserId()).isEqualTo(user.getId());
    assertThat(linked.getScope()).isEqualTo("read");
    assertThat(linked.getAccessToken()).isEqualTo(Given.ACCESS_TOKEN);
    assertThat(server.rows().texts("SELECT type FROM event WHERE userId = ?", user.getId()))
        .containsExactly("USER_CREATED");
  }

  @Test
  void whoeverIsBroughtInSignsInWithTheirOldPassword() throws IOException {
    List<String[]> hashes = new ArrayList<>();
    try (InputStream file = getClass().getResourceAsStream("/foreign-hashes.tsv")) {
      new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .map(line -> line.split("\t"))
          // Much is written like it, and would be found by the search for secrets.
          .filter(parts -> !parts[1].equals("password"))
          .filter(parts -> hashes.stream().noneMatch(other -> other[0].equals(parts[0])))
          .forEach(hashes::add);
    }
    List<PortableUser> users =
        hashes.stream().map(parts -> free().setPasswordHash(parts[2]).build()).toList();

    assertThat(outcomes(users)).containsOnly(Outcome.OUTCOME_CREATED).hasSize(hashes.size());

    for (int i = 0; i < users.size(); i++) {
      String id = server
          .passwords()
          .signIn(SignInRequest.newBuilder()
              .setEmail(users.get(i).getUser().getEmail())
              .setPassword(hashes.get(i)[1])
              .build())
          .getUser()
          .getId();
      assertThat(server.rows().text("SELECT password FROM account WHERE userId = ?", id))
          .as(hashes.get(i)[0])
          .startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    }
  }

  @Test
  void theSameUsersAgainAreTheSameUsers() {
    List<PortableUser> users = List.of(
        free().setPasswordHash(bcrypt()).addAccounts(Given.freeAccount()).build(),
        withId().addAccounts(Given.freeAccount()).build(),
        withId().setPasswordHash(bcrypt()).build());
    List<ImportUsersResult> first = Imports.of(server.channel(), users);
    assertThat(first)
        .extracting(ImportUsersResult::getOutcome)
        .containsOnly(Outcome.OUTCOME_CREATED);
    List<Long> before = counts();

    List<ImportUsersResult> second = Imports.of(server.channel(), users);

    assertThat(second)
        .extracting(ImportUsersResult::getOutcome)
        .containsOnly(Outcome.OUTCOME_EXISTS);
    assertThat(second)
        .extracting(ImportUsersResult::getUserId)
        .isEqualTo(first.stream().map(ImportUsersResult::getUserId).toList());
    assertThat(counts()).isEqualTo(before);
  }

  @Test
  void whoCantBeBroughtInKeepsNobodyElseOut() {
    User taken = server.given().user();
    Account linked = server.given().account(taken);
    Account twice = Given.freeAccount().build();
    PortableUser good = withId().setPasswordHash(bcrypt()).build();
    PortableUser sameAddress = free()
        .setUser(User.newBuilder().setId("another").setEmail(good.getUser().getEmail()))
        .build();
    List<PortableUser> users = List.of(
        free().setUser(User.newBuilder().setEmail("no address")).build(),
        free()
            .setUser(User.newBuilder().setId("an-id").setEmail(taken.getEmail()))
            .build(),
        free()
            .setUser(User.newBuilder().setId(taken.getId()).setEmail(Given.freeEmail()))
            .build(),
        free()
            .addAccounts(Given.freeAccount()
                .setProvider(linked.getProvider())
                .setProviderAccountId(linked.getProviderAccountId()))
            .build(),
        free().addAccounts(Given.freeAccount().setId(linked.getId())).build(),
        free().setPasswordHash("md5$salt$0123456789abcdef0123456789abcdef").build(),
        free().setPasswordHash("$2b$31$" + "a".repeat(53)).build(),
        free().addAccounts(twice).addAccounts(twice).build(),
        free().addAccounts(Given.freeAccount().setProvider("emailAndPassword")).build(),
        good,
        sameAddress,
        free().addAccounts(twice).build(),
        free().addAccounts(twice).build());

    List<ImportUsersResult> results = Imports.of(server.channel(), users);

    assertThat(results)
        .extracting(ImportUsersResult::getReason)
        .containsExactly(
            ErrorReason.ERROR_REASON_FIELD_INVALID,
            ErrorReason.ERROR_REASON_EMAIL_TAKEN,
            ErrorReason.ERROR_REASON_ID_TAKEN,
            ErrorReason.ERROR_REASON_ACCOUNT_LINKED_TO_ANOTHER_USER,
            ErrorReason.ERROR_REASON_ID_TAKEN,
            ErrorReason.ERROR_REASON_FIELD_INVALID,
            ErrorReason.ERROR_REASON_FIELD_INVALID,
            ErrorReason.ERROR_REASON_FIELD_INVALID,
            ErrorReason.ERROR_REASON_FIELD_INVALID,
            ErrorReason.ERROR_REASON_UNSPECIFIED,
            ErrorReason.ERROR_REASON_EMAIL_TAKEN,
            ErrorReason.ERROR_REASON_UNSPECIFIED,
            ErrorReason.ERROR_REASON_ACCOUNT_LINKED_TO_ANOTHER_USER);
    assertThat(results)
        .filteredOn(result -> result.getReason() != ErrorReason.ERROR_REASON_UNSPECIFIED)
        .allSatisfy(result -> {
          assertThat(result.getOutcome()).isEqualTo(Outcome.OUTCOME_REFUSED);
          assertThat(result.getUserId()).isEmpty();
          assertThat(result.getMessage()).isNotEmpty().doesNotContain("0123456789abcdef");
        });
    assertThat(get(good.getUser().getId()).getEmail()).isEqualTo(good.getUser().getEmail());
    assertThat(get(taken.getId())).isEqualTo(taken);
  }

  @Test
  void aRehearsalSaysTheSameAndChangesNothing() {
    User taken = server.given().user();
    PortableUser known =
        free().setUser(User.newBuilder().setEmail(taken.getEmail())).build();
    PortableUser invalid =
        free().setUser(User.newBuilder().setEmail("no address")).build();
    PortableUser twin = free().build();
    List<PortableUser> users = List.of(twin, known, invalid, withId().build(), twin);
    List<Long> before = counts();

    List<ImportUsersResult> rehearsed = Imports.of(
        server.channel(),
        ImportUsersRequest.newBuilder().addAllUsers(users).setDryRun(true).build());

    assertThat(counts()).isEqualTo(before);
    List<ImportUsersResult> done = Imports.of(server.channel(), users);
    assertThat(rehearsed)
        .extracting(ImportUsersResult::getOutcome)
        .isEqualTo(done.stream().map(ImportUsersResult::getOutcome).toList());
    assertThat(rehearsed.get(0).getUserId()).isEmpty();
    assertThat(rehearsed.get(1).getUserId()).isEqualTo(taken.getId());
    assertThat(rehearsed.get(3).getUserId()).isEqualTo(users.get(3).getUser().getId());
  }

  @Test
  void messagesAreAnsweredInTheirOrder() {
    ImportUsersRequest[] requests = IntStream.range(0, 20)
        .mapToObj(i -> ImportUsersRequest.newBuilder()
            .addUsers(withId())
            .addUsers(withId())
            .build())
        .toArray(ImportUsersRequest[]::new);

    List<ImportUsersResult> results = Imports.of(server.channel(), requests);

    assertThat(results)
        .extracting(ImportUsersResult::getUserId)
        .isEqualTo(List.of(requests).stream()
            .flatMap(request -> request.getUsersList().stream())
            .map(user -> user.getUser().getId())
            .toList());
  }

  @Test
  void aMessageWithoutUsersOrWithTooManyEndsTheStream() {
    List<Long> before = counts();

    assertInvalid(() -> Imports.of(server.channel(), List.of()), "users");
    assertInvalid(
        () -> Imports.of(server.channel(), Collections.nCopies(501, free().build())), "users");

    assertThat(counts()).isEqualTo(before);
  }

  @Test
  void ofImportsOfTheSameUsersAtOnceOneBringsEachOfThemIn() {
    for (int round = 0; round < 10; round++) {
      List<PortableUser> users = IntStream.range(0, 40)
          .mapToObj(i ->
              free().setPasswordHash(bcrypt()).addAccounts(Given.freeAccount()).build())
          .toList();

      Race<List<ImportUsersResult>> race = Race.of(6, runner -> {
        List<PortableUser> shuffled = new ArrayList<>(users);
        Collections.rotate(shuffled, runner * 7);
        return Imports.of(server.channel(), shuffled);
      });

      List<ImportUsersResult> all =
          race.answers().stream().flatMap(List::stream).toList();
      assertThat(all).hasSize(6 * users.size());
      assertThat(all)
          .filteredOn(each -> each.getOutcome() == Outcome.OUTCOME_CREATED)
          .hasSize(40);
      assertThat(all)
          .filteredOn(each -> each.getOutcome() == Outcome.OUTCOME_EXISTS)
          .hasSize(200);
      assertThat(all.stream().map(ImportUsersResult::getUserId).distinct()).hasSize(40);
    }
  }

  private static String bcrypt() {
    return "$2b$06$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";
  }

  private static PortableUser.Builder free() {
    return PortableUser.newBuilder().setUser(User.newBuilder().setEmail(Given.freeEmail()));
  }

  private static PortableUser.Builder withId() {
    return PortableUser.newBuilder()
        .setUser(User.newBuilder().setId(UUID.randomUUID().toString()).setEmail(Given.freeEmail()));
  }

  private ImportUsersResult bringIn(PortableUser user) {
    return Imports.of(server.channel(), user);
  }

  private List<Outcome> outcomes(List<PortableUser> users) {
    return Imports.of(server.channel(), users).stream()
        .map(ImportUsersResult::getOutcome)
        .toList();
  }

  private User get(String id) {
    return server
        .users()
        .getUser(GetUserRequest.newBuilder().setUserId(id).build())
        .getUser();
  }

  private List<Long> counts() {
    return TABLES.stream().map(table -> server.rows().count(table)).toList();
  }
}
