package dev.doorward.account;

import dev.doorward.database.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Stores anew, under the key of today, the tokens that lie there in plain or under another key, while servers go on. A token
 * that changes meanwhile is left as it is: it is newer.
 */
public final class TokenRotation {

  private static final int BATCH = 100;
  private static final int MAX_ATTEMPTS = 5;

  /**
   * How far it went.
   *
   * @param encrypted accounts of which tokens were stored anew
   * @param unreadable accounts of which a token opens under none of the keys; it stays as it is
   * @param changing accounts that others changed each time that they were tried
   */
  public record Outcome(long encrypted, long unreadable, long changing) {

    Outcome plus(Outcome other) {
      return new Outcome(
          encrypted + other.encrypted, unreadable + other.unreadable, changing + other.changing);
    }
  }

  /** @param after with null for what there is not, and for what does not open */
  private record Replacement(StoredTokens before, StoredTokens after) {

    boolean leavesSome() {
      return (before.accessToken() != null && after.accessToken() == null)
          || (before.refreshToken() != null && after.refreshToken() == null)
          || (before.idToken() != null && after.idToken() == null);
    }
  }

  private final Database database;
  private final AccountMapper accounts;
  private final TokenSeal seal;
  private final String current;

  /** Throws {@link dev.doorward.config.InvalidSettings} if there is no key to encrypt under. */
  public TokenRotation(Database database, TokenSeal seal) {
    this.database = database;
    this.accounts = database.mapper(AccountMapper.class);
    this.seal = seal;
    this.current = seal.currentPrefix();
  }

  /** @param unreadable gets the id of each account that has a token which does not open */
  public Outcome run(Consumer<String> unreadable) {
    return database
        .pages(last -> accounts.selectTokensOfOtherKeys(last, current, BATCH), StoredTokens::id)
        .map(page -> encrypt(page, unreadable))
        .reduce(new Outcome(0, 0, 0), Outcome::plus);
  }

  private Outcome encrypt(List<StoredTokens> page, Consumer<String> unreadable) {
    Outcome outcome = new Outcome(0, 0, 0);
    List<StoredTokens> left = page;
    for (int attempt = 1; attempt <= MAX_ATTEMPTS && !left.isEmpty(); attempt++) {
      List<Replacement> replacements = left.stream().map(this::replacement).toList();
      List<StoredTokens> lost = replace(replacements);
      for (Replacement done : replacements) {
        if (lost.contains(done.before())) {
          continue;
        }
        if (done.leavesSome()) {
          unreadable.accept(done.before().id());
        }
        outcome =
            outcome.plus(new Outcome(done.after().none() ? 0 : 1, done.leavesSome() ? 1 : 0, 0));
      }
      left = readAgain(lost);
    }
    return outcome.plus(new Outcome(0, 0, left.size()));
  }

  /** Those that were no longer as they had been read. */
  private List<StoredTokens> replace(List<Replacement> replacements) {
    List<Replacement> due =
        replacements.stream().filter(replacement -> !replacement.after().none()).toList();
    if (due.isEmpty()) {
      return List.of();
    }
    return database.transaction(() -> {
      List<StoredTokens> lost = new ArrayList<>();
      for (Replacement replacement : due) {
        if (accounts.replaceTokens(replacement.before().hashed(), replacement.after()) == 0) {
          lost.add(replacement.before());
        }
      }
      return lost;
    });
  }

  private List<StoredTokens> readAgain(List<StoredTokens> lost) {
    return lost.stream()
        .map(row -> database.read(() -> accounts.selectTokensOfOtherKey(row.id(), current)))
        .flatMap(Optional::stream)
        .toList();
  }

  private Replacement replacement(StoredTokens stored) {
    return new Replacement(
        stored,
        new StoredTokens(
            stored.id(),
            seal(stored.id(), TokenColumn.ACCESS_TOKEN, stored.accessToken()),
            seal(stored.id(), TokenColumn.REFRESH_TOKEN, stored.refreshToken()),
            seal(stored.id(), TokenColumn.ID_TOKEN, stored.idToken())));
  }

  private String seal(String id, TokenColumn column, String stored) {
    return Optional.ofNullable(stored)
        .flatMap(value -> seal.open(id, column, value))
        .map(token -> seal.seal(id, column, token))
        .orElse(null);
  }
}
