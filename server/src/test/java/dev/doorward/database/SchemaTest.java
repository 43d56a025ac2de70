package dev.doorward.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.Given;
import dev.doorward.testing.Rows;
import dev.doorward.testing.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the schema itself promises, read back from MariaDB. */
@ExtendWith(DoorwardExtension.class)
class SchemaTest {

  private final Rows rows;

  SchemaTest(TestServer server) {
    this.rows = server.rows();
  }

  @Test
  void everyTextIsComparedByteForByte() {
    assertThat(rows.texts("""
        SELECT CONCAT(table_name, '.', column_name, ' ', collation_name)
        FROM information_schema.columns
        WHERE table_schema = DATABASE() AND collation_name IS NOT NULL
          AND collation_name NOT IN ('ascii_nopad_bin', 'utf8mb4_nopad_bin')
          AND table_name != 'flyway_schema_history'
        """)).containsExactly("user.metadata utf8mb4_bin");
  }

  /** mariadbd --wsrep-recover dies of purging an index on a column that is not stored. */
  @Test
  void whatIsGeneratedIsStored() {
    assertThat(rows.texts("""
        SELECT CONCAT(table_name, '.', column_name, ' ', extra)
        FROM information_schema.columns
        WHERE table_schema = DATABASE() AND is_generated = 'ALWAYS'
        """)).containsExactly("user.disabled STORED GENERATED");
  }

  @Test
  void aStartLooksForTheLastMigrationThereIs() {
    assertThat(rows.texts(
            "SELECT version FROM flyway_schema_history ORDER BY installed_rank DESC LIMIT 1"))
        .containsExactly(Migrations.LATEST);
  }

  @Test
  void uniquenessLivesInTheSchema() {
    assertThat(rows.texts("""
        SELECT CONCAT(table_name, ': ', GROUP_CONCAT(column_name ORDER BY seq_in_index))
        FROM information_schema.statistics
        WHERE table_schema = DATABASE() AND non_unique = 0 AND table_name != 'flyway_schema_history'
        GROUP BY table_name, index_name
        """))
        .containsExactlyInAnyOrder(
            "account: id",
            "account_attempts: subject",
            "account: provider,providerAccountId",
            "caller: certificateName",
            "caller: id",
            "caller: name",
            "caller_key: id",
            "delivery: subject",
            "event: id",
            "event_head: id",
            "idempotency: caller,requestId",
            "network_attempts: network",
            "revocation: lane,seq",
            "revocation_feed: id",
            "revocation_lane: lane",
            "session: id",
            "session: sessionToken",
            "user: email",
            "user: id",
            "verification: id",
            "verification: identifier,purpose,value");
  }

  @Test
  void deletingAUserTakesTheirSessionsAccountsAndTokensAlong() {
    assertThat(rows.texts("""
        SELECT CONCAT(table_name, ' ', delete_rule)
        FROM information_schema.referential_constraints
        WHERE constraint_schema = DATABASE() AND referenced_table_name = 'user'
        """))
        .containsExactlyInAnyOrder("account CASCADE", "session CASCADE", "verification CASCADE");
  }

  @Test
  void everyTimeHasMicrosecondsAndNoTimeEndsIn2038() {
    assertThat(rows.texts("""
        SELECT DISTINCT column_type FROM information_schema.columns
        WHERE table_schema = DATABASE() AND data_type IN ('datetime', 'timestamp')
          AND table_name != 'flyway_schema_history'
        """)).containsExactly("datetime(6)");
  }

  /** As Better Auth writes it: no purpose, and several live ones under one identifier. */
  @Test
  void betterAuthsVerificationsAreTakenAsTheyAre() {
    String identifier = Given.freeEmail();
    for (int i = 0; i < 2; i++) {
      rows.change(
          "INSERT INTO verification (id, identifier, value, expiresAt) VALUES (?, ?, 'state', UTC_TIMESTAMP(6))",
          identifier.substring(0, 20) + i,
          identifier);
    }

    assertThat(rows.count("verification WHERE identifier = ?", identifier)).isEqualTo(2);
  }

  /** So that it can write to these tables too, by its own field mapping. */
  @Test
  void whatBetterAuthNeverWritesIsNullableOrHasADefault() {
    assertThat(rows.texts("""
        SELECT CONCAT(table_name, '.', column_name)
        FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name IN ('user', 'session', 'account', 'verification')
          AND is_nullable = 'NO' AND column_default IS NULL AND extra = ''
        """))
        .containsExactlyInAnyOrder(
            "user.id",
            "user.email",
            "session.id",
            "session.userId",
            "session.expires",
            "session.sessionToken",
            "account.id",
            "account.userId",
            "account.provider",
            "account.providerAccountId",
            "verification.id",
            "verification.identifier",
            "verification.value",
            "verification.expiresAt");
  }

  @Test
  void thereAreSixteenLanes() {
    assertThat(rows.texts("SELECT lane FROM revocation_lane ORDER BY lane")).hasSize(16);
  }
}
