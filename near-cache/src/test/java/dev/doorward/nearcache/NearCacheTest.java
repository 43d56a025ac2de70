package dev.doorward.nearcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NearCacheTest {

  private static final int ADAS_LANE = 3;
  private static final int BOBS_LANE = 4;
  private static final TokenKey ADA = TokenKey.of("ada's token");
  private static final TokenKey ADA_ELSEWHERE = TokenKey.of("ada's other token");
  private static final TokenKey BOB = TokenKey.of("bob's token");
  private static final Duration LONG = Duration.ofDays(7);

  private final NearCacheSettings settings =
      new NearCacheSettings(Duration.ofSeconds(3), Duration.ofMinutes(1), Duration.ofSeconds(2), 8);
  private long nowNanos = 1;
  private final NearCache<String> cache = new NearCache<>(settings, () -> nowNanos, Rules.SOUND);

  @BeforeEach
  void follow() {
    cache.reset(head("epoch", 0, 0));
    renewLease();
  }

  @Test
  void aNewCacheMayNotBeBelieved() {
    NearCache<String> fresh = new NearCache<>(settings, () -> nowNanos, Rules.SOUND);

    fresh.fill(ADA).good("Ada", "ada", "ada1", ADAS_LANE, 0, LONG);

    assertThat(fresh.get(ADA)).isEmpty();
    assertThat(fresh.stats().leaseLeft()).isZero();
  }

  @Test
  void aNewCacheOfOnesOwnGoesByTheRealClock() {
    NearCache<String> fresh = new NearCache<>(settings);
    fresh.reset(head("epoch", 0, 0));
    fresh.probe().answered(head("epoch", 0, 0));

    fresh.fill(ADA).good("Ada", "ada", "ada1", ADAS_LANE, 0, LONG);

    assertThat(fresh.stats().leaseLeft()).isPositive().isLessThanOrEqualTo(settings.lease());
    assertThat(fresh.stats().entries()).isEqualTo(1);
  }

  @Test
  void whatWasFilledInIsAnswered() {
    fillAllIn();

    assertThat(cache.get(ADA)).contains("Ada");
    assertThat(cache.get(BOB)).contains("Bob");
    assertThat(cache.get(TokenKey.of("nobody's token"))).isEmpty();
  }

  @Test
  void aLeaseLastsFromTheQuestionAndNoLonger() {
    fillAllIn();
    NearCache<String>.Probe probe = cache.probe();
    pass(Duration.ofSeconds(1));
    probe.answered(head("epoch", 0, 0));

    assertThat(cache.stats().leaseLeft()).isEqualTo(Duration.ofSeconds(2));
    pass(Duration.ofSeconds(2).minusNanos(1));
    assertThat(cache.get(ADA)).isPresent();
    pass(Duration.ofNanos(1));
    assertThat(cache.get(ADA)).isEmpty();
    assertThat(cache.stats().leaseLeft()).isZero();
    pass(Duration.ofSeconds(1));
    assertThat(cache.stats().leaseLeft()).isZero();
  }

  @Test
  void aLeaseIsNeverMadeShorterByAnOlderQuestion() {
    NearCache<String>.Probe older = cache.probe();
    pass(Duration.ofSeconds(1));
    renewLease();
    older.answered(head("epoch", 0, 0));

    assertThat(cache.stats().leaseLeft()).isEqualTo(settings.lease());
  }

  @Test
  void aLeaseWaitsUntilEveryLaneHasComeAsFar() {
    fillAllIn();
    pass(settings.lease());
    cache.probe().answered(head("epoch", 1, 1));
    cache.apply(ADAS_LANE, 1, Revoked.one("ada", "ada1"));

    assertThat(cache.get(BOB)).isEmpty();
    pass(Duration.ofSeconds(1));
    cache.apply(BOBS_LANE, 1, Revoked.one("bob", "none"));

    assertThat(cache.get(BOB)).isPresent();
    assertThat(cache.stats().leaseLeft()).isEqualTo(Duration.ofSeconds(2));
    assertThat(cache.stats().feedLag()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void ofManyQuestionsThatWaitTheLastOnesCount() {
    pass(settings.lease());
    for (int i = 0; i < 20; i++) {
      cache.probe().answered(head("epoch", 1, 0));
      pass(Duration.ofMillis(100));
    }
    cache.apply(ADAS_LANE, 1, Revoked.all("ada"));

    assertThat(cache.stats().leaseLeft()).isEqualTo(settings.lease().minusMillis(100));
  }

  @Test
  void aHeartbeatExtendsNoLease() {
    pass(Duration.ofSeconds(1));
    cache.heartbeat();

    assertThat(cache.stats().leaseLeft()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void theHeadOfAnotherEpochExtendsNoLease() {
    pass(settings.lease());
    cache.probe().answered(head("another epoch", 0, 0));

    assertThat(cache.stats().leaseLeft()).isZero();
  }

  @Test
  void anEntryIsAnsweredUntilItsLifetimeIsOver() {
    NearCache<String>.Fill fill = cache.fill(ADA);
    pass(Duration.ofSeconds(1));
    fill.good("Ada", "ada", "ada1", ADAS_LANE, 0, LONG);

    assertEndsAfter(settings.entryLifetime().minusSeconds(1));
  }

  @Test
  void anEntryIsAnsweredUntilItsSessionExpires() {
    NearCache<String>.Fill fill = cache.fill(ADA);
    pass(Duration.ofSeconds(1));
    fill.good("Ada", "ada", "ada1", ADAS_LANE, 0, Duration.ofSeconds(20));

    assertEndsAfter(Duration.ofSeconds(19));
  }

  @Test
  void anEntryOfASessionThatHasExpiredMeanwhileIsNotAnswered() {
    cache.fill(ADA).good("Ada", "ada", "ada1", ADAS_LANE, 0, Duration.ofSeconds(-1));

    assertThat(cache.get(ADA)).isEmpty();
  }

  @Test
  void whatEndedGivesItsMemoryBackAsSoonAsSomethingElseIsFilledIn() {
    fillAllIn();
    pass(settings.entryLifetime().plusSeconds(1));
    fillInOf("carol", 1, LONG);

    assertThat(cache.stats().entries()).isEqualTo(1);
    cache.apply(ADAS_LANE, 1, Revoked.all("carol"));
    assertThat(cache.isUnlinked()).isTrue();
  }

  @Test
  void anAnswerThatIsReplacedLivesAsLongAsAnyOther() {
    fillAllIn();
    pass(Duration.ofMillis(900));
    fillAllIn();

    assertEndsAfter(settings.entryLifetime());
  }

  @Test
  void anEntryThatEndedIsReplacedByTheNextOne() {
    fillAllIn();
    pass(settings.entryLifetime());
    renewLease();
    assertThat(cache.get(ADA)).isEmpty();

    fillAllIn();

    assertThat(cache.get(ADA)).contains("Ada");
    cache.apply(ADAS_LANE, 1, Revoked.all("ada"));
    cache.apply(BOBS_LANE, 1, Revoked.all("bob"));
    assertThat(cache.isUnlinked()).isTrue();
  }

  @Test
  void theSizeIsBoundedAndWhatHadToGoIsNotLinked() {
    for (int i = 0; i < 1000; i++) {
      fillInOf("ada", i, LONG);
      assertThat(cache.stats().entries()).isLessThanOrEqualTo(settings.maxEntries());
    }
    assertThat(cache.stats().entries()).isEqualTo(settings.maxEntries());

    cache.apply(ADAS_LANE, 1, Revoked.all("ada"));

    assertThat(cache.stats().entries()).isZero();
    assertThat(cache.stats().evictions()).isEqualTo(settings.maxEntries());
    assertThat(cache.isUnlinked()).isTrue();
  }

  @Test
  void whatIsInUseStaysWhileOthersComeAndGo() {
    fillInOf("ada", 0, LONG);
    for (int i = 1; i < 1000; i++) {
      fillInOf("bob", i, LONG);
      if (i % 10 == 0) {
        pass(Duration.ofSeconds(6));
        renewLease();
        fillInOf("ada", 0, LONG);
        assertThat(cache.get(key("ada", 0))).as("after %s others", i).isPresent();
      }
    }
  }

  @Test
  void noEntriesMayBeWanted() {
    NearCache<String> none = new NearCache<>(
        new NearCacheSettings(settings.lease(), LONG, Duration.ZERO, 0),
        () -> nowNanos,
        Rules.SOUND);
    none.reset(head("epoch", 0, 0));
    none.probe().answered(head("epoch", 0, 0));

    none.fill(ADA).good("Ada", "ada", "ada1", ADAS_LANE, 0, LONG);

    assertThat(none.get(ADA)).isEmpty();
    assertThat(none.isUnlinked()).isTrue();
  }

  @Test
  void aRevocationEvictsTheOneSessionThatItNames() {
    fillAllIn();

    cache.apply(ADAS_LANE, 1, Revoked.one("ada", "ada1"));

    assertThat(cache.get(ADA)).isEmpty();
    assertThat(cache.get(ADA_ELSEWHERE)).isPresent();
    assertThat(cache.get(BOB)).isPresent();
  }

  @Test
  void aRevocationEvictsAllOfAUserButTheOneSessionThatItNames() {
    fillAllIn();

    cache.apply(ADAS_LANE, 1, Revoked.allBut("ada", "ada1"));

    assertThat(cache.get(ADA)).isPresent();
    assertThat(cache.get(ADA_ELSEWHERE)).isEmpty();
    assertThat(cache.get(BOB)).isPresent();
  }

  @Test
  void aRevocationEvictsAllOfAUser() {
    fillAllIn();

    cache.apply(ADAS_LANE, 1, Revoked.all("ada"));

    assertThat(cache.get(ADA)).isEmpty();
    assertThat(cache.get(ADA_ELSEWHERE)).isEmpty();
    assertThat(cache.get(BOB)).isPresent();
  }

  @Test
  void aRevocationEvictsAllTokensOfItsSession() {
    fillAllIn();
    cache.fill(TokenKey.of("a fresh token")).good("Ada", "ada", "ada1", ADAS_LANE, 0, LONG);

    cache.apply(ADAS_LANE, 1, Revoked.one("ada", "ada1"));

    assertThat(cache.get(ADA)).isEmpty();
    assertThat(cache.get(TokenKey.of("a fresh token"))).isEmpty();
  }

  @Test
  void aTokenThatChangedHandsGoesWithItsNewOwner() {
    fillAllIn();
    cache.fill(ADA).good("Bob", "bob", "bob2", BOBS_LANE, 0, LONG);

    cache.apply(ADAS_LANE, 1, Revoked.all("ada"));
    assertThat(cache.get(ADA)).contains("Bob");
    cache.apply(BOBS_LANE, 1, Revoked.all("bob"));
    assertThat(cache.get(ADA)).isEmpty();
    assertThat(cache.isUnlinked()).isTrue();
  }

  @Test
  void aRevocationAppliedTwiceDoesNoHarm() {
    fillAllIn();

    assertThat(cache.apply(ADAS_LANE, 1, Revoked.one("ada", "ada1"))).isTrue();
    assertThat(cache.apply(ADAS_LANE, 2, Revoked.one("ada", "none"))).isTrue();
    assertThat(cache.apply(ADAS_LANE, 1, Revoked.one("ada", "ada1"))).isTrue();

    assertThat(cache.position()).isEqualTo(head("epoch", 2, 0));
    assertThat(cache.get(ADA_ELSEWHERE)).isPresent();
  }

  @Test
  void afterAMissingNumberNothingIsApplied() {
    fillAllIn();
    cache.probe().answered(head("epoch", 2, 0));

    assertThat(cache.apply(ADAS_LANE, 2, Revoked.one("ada", "ada1"))).isFalse();

    assertThat(cache.position()).isEqualTo(head("epoch", 0, 0));
    assertThat(cache.get(ADA)).isPresent();
    assertThat(cache.stats().revocations()).isZero();
    pass(settings.lease());
    assertThat(cache.get(ADA)).isEmpty();
  }

  @Test
  void anAnswerThatARevocationHasOvertakenIsNotKept() {
    NearCache<String>.Fill fill = cache.fill(ADA);
    cache.apply(ADAS_LANE, 1, Revoked.one("ada", "ada1"));

    assertThat(fill.good("Ada", "ada", "ada1", ADAS_LANE, 0, LONG)).isFalse();
    assertThat(cache.get(ADA)).isEmpty();
    assertThat(cache.stats().fillsRefused()).isEqualTo(1);
    assertThat(cache.stats().fills()).isZero();
    assertThat(cache.isUnlinked()).isTrue();
  }

  @Test
  void anAnswerFromAheadOfTheFeedIsKeptUntilItsRevocationComes() {
    assertThat(cache.fill(ADA).good("Ada", "ada", "ada1", ADAS_LANE, 5, LONG)).isTrue();

    for (int seq = 1; seq <= 5; seq++) {
      cache.apply(ADAS_LANE, seq, Revoked.one("ada", "none"));
      assertThat(cache.get(ADA)).isPresent();
    }
    cache.apply(ADAS_LANE, 6, Revoked.one("ada", "ada1"));
    assertThat(cache.get(ADA)).isEmpty();
  }

  @Test
  void anotherLanesRevocationsOvertakeNothing() {
    NearCache<String>.Fill fill = cache.fill(ADA);
    cache.apply(BOBS_LANE, 1, Revoked.all("bob"));

    assertThat(fill.good("Ada", "ada", "ada1", ADAS_LANE, 0, LONG)).isTrue();
  }

  @Test
  void aResetForgetsEverything() {
    fillAllIn();
    cache.fill(TokenKey.of("nobody's token")).absent();

    cache.reset(head("another epoch", 7, 8));

    assertThat(cache.position()).isEqualTo(head("another epoch", 7, 8));
    assertThat(cache.stats().leaseLeft()).isZero();
    assertThat(cache.stats().entries()).isZero();
    assertThat(cache.isUnlinked()).isTrue();
    cache.probe().answered(head("another epoch", 7, 8));
    assertThat(cache.stats().leaseLeft()).isEqualTo(settings.lease());
    assertThat(cache.get(ADA)).isEmpty();
    assertThat(cache.get(TokenKey.of("nobody's token"))).isEmpty();
    assertThat(cache.isAbsent(TokenKey.of("nobody's token"))).isFalse();
  }

  @Test
  void whatBeganBeforeAResetIsNotKept() {
    NearCache<String>.Fill fill = cache.fill(ADA);
    NearCache<String>.Fill absent = cache.fill(BOB);
    cache.reset(head("epoch", 0, 0));
    renewLease();

    assertThat(fill.good("Ada", "ada", "ada1", ADAS_LANE, 100, LONG)).isFalse();
    absent.absent();

    assertThat(cache.get(ADA)).isEmpty();
    assertThat(cache.isAbsent(BOB)).isFalse();
    assertThat(cache.isUnlinked()).isTrue();
  }

  @Test
  void aHeadThatWasWaitedForBeforeAResetExtendsNoLease() {
    cache.probe().answered(head("epoch", 1, 0));
    cache.reset(head("epoch", 0, 0));

    cache.apply(ADAS_LANE, 1, Revoked.all("ada"));

    assertThat(cache.stats().leaseLeft()).isZero();
  }

  @Test
  void aResetMayGoBack() {
    cache.apply(ADAS_LANE, 1, Revoked.all("ada"));
    cache.reset(head("epoch", 0, 0));
    renewLease();
    fillAllIn();

    assertThat(cache.apply(ADAS_LANE, 1, Revoked.one("ada", "ada1"))).isTrue();

    assertThat(cache.get(ADA)).isEmpty();
    assertThat(cache.get(ADA_ELSEWHERE)).isPresent();
  }

  @Test
  void whatIsForgottenIsNotAnsweredAnyMore() {
    fillAllIn();

    cache.forget(ADAS_LANE, Revoked.one("ada", "ada1"));

    assertThat(cache.get(ADA)).isEmpty();
    assertThat(cache.get(ADA_ELSEWHERE)).isPresent();
    assertThat(cache.get(BOB)).isPresent();
    assertThat(cache.position()).isEqualTo(head("epoch", 0, 0));
  }

  @Test
  void whatBeganBeforeItsLaneWasForgottenIsNotKept() {
    NearCache<String>.Fill ada = cache.fill(ADA);
    NearCache<String>.Fill bob = cache.fill(BOB);
    cache.forget(ADAS_LANE, Revoked.all("ada"));
    NearCache<String>.Fill inTheSameMoment = cache.fill(ADA);
    pass(Duration.ofNanos(1));
    NearCache<String>.Fill after = cache.fill(ADA);

    assertThat(ada.good("Ada", "ada", "ada1", ADAS_LANE, 0, LONG)).isFalse();
    assertThat(inTheSameMoment.good("Ada", "ada", "ada1", ADAS_LANE, 0, LONG)).isFalse();
    assertThat(bob.good("Bob", "bob", "bob1", BOBS_LANE, 0, LONG)).isTrue();
    assertThat(after.good("Ada", "ada", "ada1", ADAS_LANE, 0, LONG)).isTrue();
  }

  @Test
  void anAbsenceIsKnownForItsLifetime() {
    NearCache<String>.Fill fill = cache.fill(ADA);
    pass(Duration.ofMillis(500));
    fill.absent();

    assertThat(cache.get(ADA)).isEmpty();
    assertThat(cache.isAbsent(ADA)).isTrue();
    assertThat(cache.isAbsent(BOB)).isFalse();
    pass(Duration.ofMillis(1500).minusNanos(1));
    assertThat(cache.isAbsent(ADA)).isTrue();
    pass(Duration.ofNanos(1));
    assertThat(cache.isAbsent(ADA)).isFalse();
  }

  @Test
  void anAbsenceIsKnownOnlyUntilAnythingHappens() {
    List<Runnable> happenings = List.of(
        () -> cache.apply(BOBS_LANE, 1, Revoked.all("bob")),
        () -> cache.forget(BOBS_LANE, Revoked.all("bob")),
        () -> cache.reset(head("epoch", 0, 0)));

    for (Runnable happening : happenings) {
      cache.fill(ADA).absent();
      NearCache<String>.Fill underWay = cache.fill(BOB);
      assertThat(cache.isAbsent(ADA)).isTrue();

      happening.run();
      underWay.absent();
      renewLease();

      assertThat(cache.isAbsent(ADA)).isFalse();
      assertThat(cache.isAbsent(BOB)).isFalse();
    }
  }

  @Test
  void anAbsenceIsKnownOnlyWhileTheLeaseLasts() {
    pass(Duration.ofSeconds(2));
    cache.fill(ADA).absent();

    pass(Duration.ofSeconds(1).minusNanos(1));
    assertThat(cache.isAbsent(ADA)).isTrue();
    pass(Duration.ofNanos(1));
    assertThat(cache.isAbsent(ADA)).isFalse();
  }

  @Test
  void noAbsencesMayBeWanted() {
    NearCache<String> none = new NearCache<>(
        new NearCacheSettings(settings.lease(), LONG, Duration.ZERO, 8),
        () -> nowNanos,
        Rules.SOUND);
    none.reset(head("epoch", 0, 0));
    none.probe().answered(head("epoch", 0, 0));

    none.fill(ADA).absent();

    assertThat(none.isAbsent(ADA)).isFalse();
  }

  @Test
  void theFiguresSayWhatWasDone() {
    fillAllIn();
    cache.get(ADA);
    cache.get(BOB);
    cache.get(TokenKey.of("a token"));
    cache.fill(TokenKey.of("nobody's token")).absent();
    cache.get(TokenKey.of("nobody's token"));
    cache.isAbsent(TokenKey.of("nobody's token"));
    NearCache<String>.Fill overtaken = cache.fill(ADA);
    cache.apply(ADAS_LANE, 1, Revoked.all("ada"));
    overtaken.good("Ada", "ada", "ada1", ADAS_LANE, 0, LONG);
    pass(Duration.ofSeconds(1));

    assertThat(cache.stats())
        .isEqualTo(
            new NearCacheStats(3, 1, 3, 1, 1, 2, 1, 1, Duration.ofSeconds(2), Duration.ZERO));
  }

  private void assertEndsAfter(Duration rest) {
    pass(rest.minusNanos(1));
    renewLease();
    assertThat(cache.get(ADA)).isPresent();
    pass(Duration.ofNanos(1));
    assertThat(cache.get(ADA)).isEmpty();
  }

  private void fillAllIn() {
    cache.fill(ADA).good("Ada", "ada", "ada1", ADAS_LANE, 0, LONG);
    cache.fill(ADA_ELSEWHERE).good("Ada", "ada", "ada2", ADAS_LANE, 0, LONG);
    cache.fill(BOB).good("Bob", "bob", "bob1", BOBS_LANE, 0, LONG);
  }

  private void fillInOf(String userId, int i, Duration expiresIn) {
    cache.fill(key(userId, i)).good(userId, userId, userId + i, ADAS_LANE, 0, expiresIn);
  }

  private static TokenKey key(String userId, int i) {
    return TokenKey.of(userId + "'s token " + i);
  }

  private void renewLease() {
    cache.probe().answered(cache.position());
  }

  private void pass(Duration time) {
    nowNanos += time.toNanos();
  }

  private static Position head(String epoch, long ada, long bob) {
    List<Long> seqs = new ArrayList<>(Collections.nCopies(Position.LANES, 0L));
    seqs.set(ADAS_LANE, ada);
    seqs.set(BOBS_LANE, bob);
    return Position.of(epoch, seqs);
  }
}
