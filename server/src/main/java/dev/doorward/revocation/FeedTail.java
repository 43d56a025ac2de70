package dev.doorward.revocation;

import dev.doorward.database.Database;
import dev.doorward.nearcache.NearCache;
import dev.doorward.nearcache.Position;
import dev.doorward.revocation.FeedReader.Reset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings what is in memory up to what is in the database. Belongs to the feed's thread. */
final class FeedTail {

  /**
   * What came of it.
   *
   * @param head how far the feed was at some moment after the question
   * @param reset why memory had to begin anew, if it had to
   */
  record CaughtUp(Position head, Optional<Reset> reset) {}

  /** What a server reads of each lane when it starts, so that readers can go on where another one left them. */
  private static final int HISTORY_PER_LANE = 512;

  private static final Logger log = LoggerFactory.getLogger(FeedTail.class);

  private final Database database;
  private final RevocationMapper revocations;
  private final List<NearCache<?>> caches;
  private FeedLog recent;

  FeedTail(Database database, List<NearCache<?>> caches) {
    this.database = database;
    this.revocations =
        database.mapper(RevocationMapper.class, Position.class, RevocationMapper::readHead);
    this.caches = caches;
  }

  /** Only after {@link #catchUp} has succeeded once. */
  FeedLog recent() {
    return recent;
  }

  CaughtUp catchUp() {
    Position head = database.read(revocations::selectHead);
    return new CaughtUp(head, follow(head));
  }

  private Optional<Reset> follow(Position head) {
    if (recent == null) {
      recent = history(head);
      caches.forEach(cache -> cache.reset(head));
      return Optional.empty();
    }
    Position before = recent.head();
    if (before.equals(head)) {
      return Optional.empty();
    }
    if (!head.covers(before)) {
      log.warn("The feed of revocations has another history: the database was restored");
      return restart(head, Reset.EPOCH_CHANGED);
    }
    List<RevocationMapper.Range> ranges = ranges(before, head);
    if (ranges.stream().anyMatch(range -> range.to() - range.after() > FeedLog.CAPACITY_PER_LANE)) {
      return restart(head, Reset.POSITION_TOO_OLD);
    }
    for (Numbered revocation : database.read(() -> revocations.selectRanges(ranges))) {
      if (recent.append(revocation)) {
        caches.forEach(cache -> cache.apply(
            revocation.lane(), revocation.seq(), revocation.revocation().revoked()));
      }
    }
    if (!recent.head().equals(head)) {
      log.error("A number is missing in the feed of revocations, after {}", recent.head());
      return restart(head, Reset.HOLE);
    }
    return Optional.empty();
  }

  private Optional<Reset> restart(Position head, Reset reason) {
    recent.restart(head);
    caches.forEach(cache -> cache.reset(head));
    return Optional.of(reason);
  }

  /** Of each lane as much as is still there, without a hole. */
  private FeedLog history(Position head) {
    List<Long> starts = new ArrayList<>(head.seqs().boxed().toList());
    List<Long> earliest =
        starts.stream().map(seq -> Math.max(0, seq - HISTORY_PER_LANE)).toList();
    List<RevocationMapper.Range> ranges = ranges(Position.of(head.epoch(), earliest), head);
    List<Numbered> rows =
        ranges.isEmpty() ? List.of() : database.read(() -> revocations.selectRanges(ranges));
    for (int i = rows.size() - 1; i >= 0; i--) {
      Numbered row = rows.get(i);
      if (row.seq() == starts.get(row.lane())) {
        starts.set(row.lane(), row.seq() - 1);
      }
    }
    FeedLog history = new FeedLog(Position.of(head.epoch(), starts));
    rows.stream().filter(row -> row.seq() > starts.get(row.lane())).forEach(history::append);
    return history;
  }

  private static List<RevocationMapper.Range> ranges(Position after, Position to) {
    List<RevocationMapper.Range> ranges = new ArrayList<>();
    for (int lane = 0; lane < Position.LANES; lane++) {
      if (after.seq(lane) < to.seq(lane)) {
        ranges.add(new RevocationMapper.Range(lane, after.seq(lane), to.seq(lane)));
      }
    }
    return ranges;
  }
}
