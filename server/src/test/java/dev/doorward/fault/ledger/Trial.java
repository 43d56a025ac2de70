package dev.doorward.fault.ledger;

import dev.doorward.testing.Await;
import dev.doorward.testing.Rows;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ThreadLocalRandom;

/** One fault that befalls servers under load, as often as it is told to, and the reading of everything afterwards. */
final class Trial {

  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** Calls that succeed before a fault and after it. */
  static final long SOME = 60;

  private final Site site;
  private final boolean brief;
  private final Ledger ledger = new Ledger();
  private final Findings findings = new Findings();
  private final Baseline baseline;
  private final Ended ended;

  /** @param brief whether a fault takes seconds where it may take half a minute */
  Trial(Site site, boolean brief) {
    this.site = site;
    this.brief = brief;
    this.baseline = Baseline.of(site.rows());
    this.ended = new Ended(site, findings);
  }

  /** What happens while there is load. */
  interface Happening {
    void happen(Load load);
  }

  Result run(Trouble trouble, int cycles, Happening happening) {
    try (ended;
        Follower follower = trouble.follower(this)) {
      try (Load load = load(trouble.deadlines(), trouble.clients())) {
        for (int cycle = 0; cycle < cycles; cycle++) {
          load.awaitAcknowledged(SOME);
          Load.pass(Duration.ofMillis(ThreadLocalRandom.current().nextInt(200)));
          happening.happen(load);
        }
        load.awaitAcknowledged(SOME);
      }
      return finish(trouble, cycles, follower);
    }
  }

  /** By one client alone. */
  interface Alone {
    int happen(Client client);
  }

  Result runAlone(Trouble trouble, Alone happening) {
    try (ended;
        Follower follower = trouble.follower(this)) {
      int cycles = happening.happen(client(trouble.deadlines()));
      return finish(trouble, cycles, follower);
    }
  }

  Site site() {
    return site;
  }

  Ledger ledger() {
    return ledger;
  }

  Findings findings() {
    return findings;
  }

  boolean isBrief() {
    return brief;
  }

  private Result finish(Trouble trouble, int cycles, Follower follower) {
    Load.pass(Ended.LEASE);
    Await.until(
        LIMIT,
        "no transaction is under way",
        () -> site.databases().stream().allMatch(Trial::isAtRest));
    Collection<Expected> users = Expected.of(ledger).values();
    new ReadBack(site, ended, findings).run(users);
    follower.finish(users, findings);
    site.databases().forEach(rows -> new Audit(ledger, baseline, findings).run(rows));
    return Result.of(trouble, cycles, ledger, ended.asked(), findings);
  }

  /** A database that can't be asked has just died, and is not. */
  private static boolean isAtRest(Rows rows) {
    try {
      return rows.transactions() == 0;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private Load load(Deadlines deadlines, int clients) {
    return new Load(() -> client(deadlines), ledger, clients);
  }

  /** Another client, beside the load. */
  Client client(Deadlines deadlines) {
    return new Client(site, ledger, ended, findings, deadlines);
  }
}
