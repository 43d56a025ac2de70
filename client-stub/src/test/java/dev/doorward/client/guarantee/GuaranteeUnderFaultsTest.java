package dev.doorward.client.guarantee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.doorward.client.Variant;
import dev.doorward.testing.WallClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No validation that begins a lease after a revocation was acknowledged accepts the session: with a client, two servers and
 * a database in processes of their own, whatever befalls them. Without any one of the rules, it does.
 */
class GuaranteeUnderFaultsTest {

  /** A broken rule does not show every time. */
  private static final int TIMES = 8;

  private static Cluster cluster;

  @BeforeAll
  static void start() {
    cluster = Cluster.start();
  }

  @AfterEach
  void heal() {
    cluster.heal();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @ParameterizedTest
  @EnumSource
  void noRevokedSessionIsAcceptedWhenItsLeaseIsOverAndMemoryRecovers(Fault fault) {
    try (Trial trial = new Trial(cluster, fault.client())) {
      fault.befall(trial);
      trial.finish();

      assertThat(trial.acceptedTooLate()).isEmpty();
    }
  }

  /** Else the test above shows nothing. */
  @ParameterizedTest
  @CsvSource({
    "LEASE_FROM_REPLY, ANSWERS_ARE_SLOW_AND_THEN_SILENT",
    "LEASE_BY_HEARTBEAT, ANSWERS_ARE_SLOW_AND_THEN_SILENT",
    "UNFENCED_FILLS, ONE_SERVER_IS_FAR_AWAY",
    "CURSOR_THAT_SKIPS, NOTHING"
  })
  void withoutARuleRevokedSessionsAreAcceptedForTooLong(Variant variant, Fault fault) {
    try (Trial trial = new Trial(cluster, fault.client().as(variant))) {
      for (int i = 0; i < TIMES && trial.acceptedTooLate().isEmpty(); i++) {
        fault.befall(trial);
      }

      assertThat(trial.acceptedTooLate()).isNotEmpty();
    }
  }

  @Test
  void theWallClockOfTheClientDoesNotMatter(@TempDir Path directory) {
    WallClock clock = movable(directory);
    try (Trial trial =
        new Trial(cluster, Client.withLease(Duration.ofSeconds(1)).with(clock))) {
      for (String distance : new String[] {"+1d", "-1d"}) {
        long before = trial.wallClockMillis();
        clock.moveBy(distance);
        trial.awaitOverdue(20);
        trial.awaitMemory();

        assertThat(Duration.ofMillis(trial.wallClockMillis() - before).abs())
            .as("how far the client's clock was moved")
            .isGreaterThan(Duration.ofHours(23));
      }
      trial.finish();

      assertThat(trial.acceptedTooLate()).isEmpty();
    }
  }

  @Test
  void theWallClockOfTheServerDoesNotMatter(@TempDir Path directory) {
    WallClock clock = movable(directory);
    Cluster moved = cluster.with(clock.environment());
    try (moved;
        Trial trial = new Trial(moved, Client.withLease(Duration.ofSeconds(1)))) {
      for (String distance : new String[] {"+1d", "-1d"}) {
        LocalDateTime before = moved.servers().get(0).time();
        clock.moveBy(distance);
        trial.awaitOverdue(20);
        trial.awaitMemory();

        assertThat(Duration.between(before, moved.servers().get(0).time()).abs())
            .as("how far the server's clock was moved")
            .isGreaterThan(Duration.ofHours(23));
      }
      trial.finish();

      assertThat(trial.acceptedTooLate()).isEmpty();
    }
  }

  private static WallClock movable(Path directory) {
    assumeTrue(WallClock.library().isPresent(), "libfaketime is not installed");
    return new WallClock(WallClock.library().get(), directory.resolve("offset"));
  }
}
