package dev.doorward.account;

import com.google.protobuf.FieldMask;
import dev.doorward.database.Change;
import dev.doorward.database.Ids;
import dev.doorward.rpc.Fields;
import dev.doorward.user.UserFields;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads accounts from requests. */
public final class AccountFields {

  private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9_-]{0,31}");
  private static final int MAX_PROVIDER = 255;
  private static final int MAX_PROVIDER_ACCOUNT_ID = 255;
  private static final int MAX_TOKEN_BYTES = 16 << 10;
  private static final int MAX_NONCE = 255;
  private static final int MAX_SCOPE = 4096;
  private static final int MAX_TOKEN_TYPE = 64;
  private static final int MAX_SESSION_STATE = 1024;
  private static final Set<String> CHANGEABLE = Set.of(
      "access_token",
      "access_token_expires_at",
      "id_token",
      "refresh_token",
      "refresh_token_expires_at",
      "scope",
      "session_state",
      "token_type");

  private AccountFields() {}

  /** @param passwordProvider the provider that is the server's own */
  public static NewAccount create(
      Fields fields, dev.doorward.v1.Account account, PasswordProvider passwordProvider) {
    return new NewAccount(
        fields.idOrNew("account.id", account.getId()),
        fields.parsed("account.type", account.getType(), AccountFields::type),
        fields.parsed(
            "account.provider", account.getProvider(), text -> provider(text, passwordProvider)),
        providerAccountId(fields, account.getProviderAccountId()),
        changes(fields, account, FieldMask.getDefaultInstance()));
  }

  static AccountChanges changes(Fields fields, dev.doorward.v1.Account account, FieldMask mask) {
    Set<String> paths = fields.mask(mask, account, CHANGEABLE);
    return new AccountChanges(
        Change.of(
            "access_token",
            paths,
            () -> token(fields, "account.access_token", account.getAccessToken())),
        Change.of(
            "refresh_token",
            paths,
            () -> token(fields, "account.refresh_token", account.getRefreshToken())),
        Change.of("id_token", paths, () -> token(fields, "account.id_token", account.getIdToken())),
        Change.of(
            "access_token_expires_at",
            paths,
            () -> fields.time(
                "account.access_token_expires_at",
                account.hasAccessTokenExpiresAt(),
                account.getAccessTokenExpiresAt())),
        Change.of(
            "refresh_token_expires_at",
            paths,
            () -> fields.time(
                "account.refresh_token_expires_at",
                account.hasRefreshTokenExpiresAt(),
                account.getRefreshTokenExpiresAt())),
        Change.of(
            "scope", paths, () -> fields.text("account.scope", account.getScope(), MAX_SCOPE)),
        Change.of(
            "token_type",
            paths,
            () -> fields.text("account.token_type", account.getTokenType(), MAX_TOKEN_TYPE)),
        Change.of(
            "session_state",
            paths,
            () -> fields.text(
                "account.session_state", account.getSessionState(), MAX_SESSION_STATE)));
  }

  static ProviderProfile profile(Fields fields, dev.doorward.v1.ProviderProfile profile) {
    return new ProviderProfile(
        profile.getEmail().isEmpty()
            ? Optional.empty()
            : Optional.ofNullable(UserFields.email(fields, "profile.email", profile.getEmail())),
        profile.getEmailVerified(),
        UserFields.name(fields, "profile.name", profile.getName()),
        UserFields.image(fields, "profile.image", profile.getImage()));
  }

  /** A token that must be there. */
  static String givenToken(Fields fields, String field, String value) {
    fields.required(field, value);
    return token(fields, field, value);
  }

  /** Empty if it is not given. */
  static String nonce(Fields fields, String value) {
    if (value.codePointCount(0, value.length()) > MAX_NONCE) {
      fields.violation("nonce", "too long (expected: at most " + MAX_NONCE + " characters)");
    }
    return value;
  }

  private static String type(String text) {
    if (!TYPE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "expected: oauth, oidc, email, webauthn or another lower-case word");
    }
    return text;
  }

  private static String provider(String text, PasswordProvider passwordProvider) {
    if (text.length() > MAX_PROVIDER || !Ids.isPrintableAscii(text)) {
      throw new IllegalArgumentException(
          "expected: at most " + MAX_PROVIDER + " printable ASCII characters");
    }
    if (passwordProvider.isCalled(text)) {
      throw new IllegalArgumentException(
          "expected: another one; a password is set by PasswordService");
    }
    return text;
  }

  private static String providerAccountId(Fields fields, String value) {
    fields.required("account.provider_account_id", value);
    return fields.text("account.provider_account_id", value, MAX_PROVIDER_ACCOUNT_ID);
  }

  private static String token(Fields fields, String field, String value) {
    int bytes = value.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_TOKEN_BYTES) {
      fields.violation(field, bytes + " bytes (expected: at most " + MAX_TOKEN_BYTES + ")");
    }
    if (value.startsWith(TokenSeal.PREFIX)) {
      fields.violation(
          field, "begins with " + TokenSeal.PREFIX + " (expected: what the provider gave)");
    }
    return value.isEmpty() ? null : value;
  }
}
