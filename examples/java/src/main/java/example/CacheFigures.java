package example;

import dev.doorward.client.SessionValidator;
import dev.doorward.nearcache.NearCacheStats;
import java.util.Map;

/** How the near cache is. */
final class CacheFigures {

  private CacheFigures() {}

  static Answer of(SessionValidator validator) {
    NearCacheStats stats = validator.stats();
    return Answer.of(
        200,
        Map.of(
            "hits",
            stats.hits(),
            "misses",
            stats.misses(),
            "entries",
            stats.entries(),
            "believed",
            !stats.leaseLeft().isZero()));
  }
}
