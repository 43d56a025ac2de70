package dev.doorward.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.google.protobuf.Timestamp;
import dev.doorward.account.PasswordProvider;
import dev.doorward.password.foreign.ForeignHash;
import dev.doorward.testing.Parsed;
import dev.doorward.v1.Account;
import dev.doorward.v1.PortableUser;
import dev.doorward.v1.User;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever is to be brought in is refused by name or can be stored. */
@Timeout(60)
class TransferFuzzTest {

  private static final PasswordProvider OURS =
      new PasswordProvider("emailAndPassword", "credential");

  @MethodSource("users")
  @FuzzTest
  void aUserIsRefusedByNameOrFits(@NotNull PortableUser message) {
    Parsed.fields(fields -> TransferFields.read(fields, message, OURS)).ifPresent(user -> {
      assertThat(user.id()).matches("[!-~]{1,64}");
      assertThat(user.email()).contains("@");
      assertThat(user.accounts()).hasSizeLessThanOrEqualTo(32);
      user.passwordHash()
          .ifPresent(hash -> assertThat(hash).hasSizeLessThanOrEqualTo(ForeignHash.MAX_LENGTH));
    });
  }

  static Stream<PortableUser> users() {
    User.Builder user = User.newBuilder().setEmail("ada@example.com");
    Account account = Account.newBuilder()
        .setType("oauth")
        .setProvider("github")
        .setProviderAccountId("1")
        .build();
    Timestamp moment = Timestamp.newBuilder().setSeconds(1_000_000_000).build();
    return Stream.of(
        PortableUser.newBuilder().setUser(User.getDefaultInstance()).build(),
        PortableUser.newBuilder()
            .setUser(user)
            .setPasswordHash("$2b$06$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy")
            .addAccounts(account)
            .build(),
        PortableUser.newBuilder()
            .setUser(user.clone().setDisabledReason("left").setDisabledUntil(moment))
            .addAccounts(account)
            .addAccounts(account)
            .build(),
        PortableUser.newBuilder()
            .setUser(user.clone().setId("ada").setCreatedAt(moment).setEmailVerifiedAt(moment))
            .addAccounts(account.toBuilder().setProvider("credential"))
            .build());
  }
}
