package dev.doorward.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import dev.doorward.testing.Parsed;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is said of an account is refused by name, or fits where it will be kept. */
@Timeout(60)
class AccountFuzzTest {

  private static final PasswordProvider OURS =
      new PasswordProvider("emailAndPassword", "credential");

  @MethodSource("accounts")
  @FuzzTest
  void anAccountIsRefusedByNameOrFits(
      @NotNull dev.doorward.v1.Account message, @NotNull FieldMask mask) {
    Parsed.fields(fields -> AccountFields.changes(fields, message, mask));
    Parsed.fields(fields -> AccountFields.create(fields, message, OURS)).ifPresent(account -> {
      assertThat(account.id()).matches("[!-~]{1,64}");
      assertThat(account.type()).matches("[a-z][a-z0-9_-]{0,31}");
      assertThat(account.provider()).matches("[!-~]{1,255}").isNotIn(OURS.name(), OURS.former());
      assertThat(account.providerAccountId().codePoints()).hasSizeBetween(1, 255);
    });
  }

  @MethodSource("profiles")
  @FuzzTest
  void aProfileIsRefusedByNameOrTaken(@NotNull dev.doorward.v1.ProviderProfile message) {
    Parsed.fields(fields -> AccountFields.profile(fields, message))
        .ifPresent(profile ->
            assertThat(profile.email().isEmpty()).isEqualTo(message.getEmail().isEmpty()));
  }

  static Stream<Arguments> accounts() {
    dev.doorward.v1.Account plain = dev.doorward.v1.Account.newBuilder()
        .setId("a1")
        .setUserId("u1")
        .setType("oauth")
        .setProvider("github")
        .setProviderAccountId("4711")
        .setAccessToken("gho_x")
        .setScope("user:email")
        .setAccessTokenExpiresAt(
            Timestamp.newBuilder().setSeconds(4_000_000_000L).setNanos(1))
        .build();
    return Stream.of(
        Arguments.of(plain, FieldMask.newBuilder().addPaths("access_token").build()),
        Arguments.of(
            plain.toBuilder().setProvider(OURS.name()).setType("OAuth").build(),
            FieldMask.newBuilder().addPaths("id").addPaths("scope").build()),
        Arguments.of(
            dev.doorward.v1.Account.newBuilder().setType("-").build(),
            FieldMask.newBuilder().addPaths("*").build()));
  }

  static Stream<dev.doorward.v1.ProviderProfile> profiles() {
    return Stream.of(
        dev.doorward.v1.ProviderProfile.newBuilder()
            .setEmail("Ada@Example.com")
            .setEmailVerified(true)
            .setName("Ada")
            .setImage("x")
            .build(),
        dev.doorward.v1.ProviderProfile.newBuilder().setEmail("ada").build());
  }
}
