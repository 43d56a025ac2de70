package dev.doorward.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.doorward.config.InvalidSettings;
import dev.doorward.database.Change;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How providers' tokens are stored: {@code dwe1.}, the key's id, a dot, and in base64url a random nonce, what AES-256-GCM makes
 * of the token, and its tag. The account and the column are bound into the tag, so a value opens nowhere but in its place.
 *
 * <p>A value of another form is a token as it is: of before there were keys, or written by a Better Auth on the same tables.
 */
public final class TokenSeal {

  private static final Logger log = LoggerFactory.getLogger(TokenSeal.class);

  static final String PREFIX = "dwe1.";

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final TokenKeys keys;
  private final TokensAtRest form;

  public TokenSeal(TokenKeys keys, TokensAtRest form) {
    this.keys = keys;
    this.form = form;
    if (form == TokensAtRest.ENCRYPTED && keys.current().isEmpty()) {
      log.warn("providers' tokens are refused, for {} is not set", TokenKeys.SETTING);
    }
  }

  /** The account as it is to be stored. */
  NewAccount seal(NewAccount account) {
    return new NewAccount(
        account.id(),
        account.type(),
        account.provider(),
        account.providerAccountId(),
        seal(account.id(), account.tokens()));
  }

  /** What the changes are to store. */
  AccountChanges seal(String accountId, AccountChanges changes) {
    return new AccountChanges(
        seal(accountId, TokenColumn.ACCESS_TOKEN, changes.accessToken()),
        seal(accountId, TokenColumn.REFRESH_TOKEN, changes.refreshToken()),
        seal(accountId, TokenColumn.ID_TOKEN, changes.idToken()),
        changes.accessTokenExpiresAt(),
        changes.refreshTokenExpiresAt(),
        changes.scope(),
        changes.tokenType(),
        changes.sessionState());
  }

  /** A stored account with its tokens as the provider gave them; refused if one of them does not open. */
  Account open(Account stored) {
    List<String> unreadable = new ArrayList<>();
    String accessToken =
        open(stored.id(), TokenColumn.ACCESS_TOKEN, stored.accessToken(), unreadable);
    String refreshToken =
        open(stored.id(), TokenColumn.REFRESH_TOKEN, stored.refreshToken(), unreadable);
    String idToken = open(stored.id(), TokenColumn.ID_TOKEN, stored.idToken(), unreadable);
    if (!unreadable.isEmpty()) {
      String fields = String.join(",", unreadable);
      throw Refusal.because(
          Reason.TOKEN_UNREADABLE,
          "account " + stored.id() + ", " + fields
              + ": stored under a key that the server does not have, or not stored for this account",
          Map.of("account_id", stored.id(), "fields", fields));
    }
    return stored.withTokens(accessToken, refreshToken, idToken);
  }

  /** How everything begins that is stored under the key of today. Throws {@link InvalidSettings} if there is none. */
  String currentPrefix() {
    if (form == TokensAtRest.PLAIN) {
      throw new InvalidSettings("account.tokens-at-rest: plain (expected: encrypted)");
    }
    return keys.current()
        .map(id -> PREFIX + id + ".")
        .orElseThrow(() -> new InvalidSettings(
            TokenKeys.SETTING + ": not set (expected: a file with the keys to encrypt under)"));
  }

  String seal(String accountId, TokenColumn column, String token) {
    String keyId = keys.current().orElseThrow(TokenSeal::noKey);
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, keyId, nonce, accountId, column)
          .doFinal(token.getBytes(UTF_8));
      byte[] value = ByteBuffer.allocate(nonce.length + sealed.length)
          .put(nonce)
          .put(sealed)
          .array();
      return PREFIX + keyId + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(value);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  /** Empty if the value opens under none of the keys in this place. */
  Optional<String> open(String accountId, TokenColumn column, String value) {
    if (!value.startsWith(PREFIX)) {
      return Optional.of(value);
    }
    int dot = value.indexOf('.', PREFIX.length());
    String keyId = dot < 0 ? "" : value.substring(PREFIX.length(), dot);
    if (keys.find(keyId).isEmpty()) {
      return Optional.empty();
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(value.substring(dot + 1)));
      if (bytes.remaining() < NONCE_BYTES + TAG_BITS / 8) {
        return Optional.empty();
      }
      byte[] nonce = new byte[NONCE_BYTES];
      bytes.get(nonce);
      byte[] sealed = new byte[bytes.remaining()];
      bytes.get(sealed);
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, keyId, nonce, accountId, column);
      return Optional.of(new String(cipher.doFinal(sealed), UTF_8));
    } catch (IllegalArgumentException | AEADBadTagException e) {
      return Optional.empty(); // Not base64, or not what was stored here.
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  private Change<String> seal(String accountId, TokenColumn column, Change<String> change) {
    return change.value() == null || form == TokensAtRest.PLAIN
        ? change
        : Change.to(seal(accountId, column, change.value()));
  }

  /** @param unreadable to which the column's field is added if the value does not open */
  private String open(String accountId, TokenColumn column, String value, List<String> unreadable) {
    if (value == null) {
      return null;
    }
    Optional<String> token = open(accountId, column, value);
    if (token.isEmpty()) {
      unreadable.add(column.field());
    }
    return token.orElse(null);
  }

  private Cipher cipher(int mode, String keyId, byte[] nonce, String accountId, TokenColumn column)
      throws GeneralSecurityException {
    SecretKey key = keys.find(keyId).orElseThrow();
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD((accountId + " " + column.column()).getBytes(UTF_8)); // No id has a blank.
    return cipher;
  }

  private static Refusal noKey() {
    return Refusal.because(
        Reason.TOKEN_KEY_MISSING,
        "the server has no key to keep a provider's token under (setting " + TokenKeys.SETTING
            + ")");
  }
}
