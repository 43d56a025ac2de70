package dev.doorward.password;

import dev.doorward.account.PasswordProvider;
import dev.doorward.database.Conflict;
import dev.doorward.database.Database;
import dev.doorward.database.DuplicateKey;
import dev.doorward.database.Ids;
import dev.doorward.database.JsonRows;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The hashes of passwords as they lie there, for whoever moves users from one system to another. */
public final class Credentials {

  private final Database database;
  private final CredentialMapper credentials;
  private final PasswordProvider provider;

  public Credentials(Database database, PasswordConfig config) {
    this.database = database;
    this.credentials = database.mapper(CredentialMapper.class);
    this.provider = config.provider();
  }

  /** What the accounts with a password have as their provider. */
  public PasswordProvider provider() {
    return provider;
  }

  /**
   * Gives users who are created in the same transaction a password.
   *
   * @param hashes by the users' ids, not none
   */
  public void addAll(Map<String, String> hashes) {
    try {
      credentials.insertAll(
          provider,
          JsonRows.of(
              hashes.entrySet(),
              (row, each) -> row.with("accountId", Ids.generate())
                  .with("userId", each.getKey())
                  .with("hash", each.getValue())));
    } catch (DuplicateKey e) {
      throw new Conflict(e);
    }
  }

  /** The hashes of those of the users, who are not none, who have a password, by their ids. */
  public Map<String, String> ofUsers(Collection<String> userIds) {
    List<CredentialMapper.Row> rows =
        database.read(() -> credentials.selectByUsers(provider, userIds));
    return rows.stream()
        .filter(row -> row.hash() != null)
        .collect(Collectors.toMap(CredentialMapper.Row::userId, CredentialMapper.Row::hash));
  }
}
