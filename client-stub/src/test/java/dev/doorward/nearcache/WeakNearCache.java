package dev.doorward.nearcache;

/** Near caches that break a rule, to show what each rule is for. */
public final class WeakNearCache {

  private WeakNearCache() {}

  /** Its lease counts from the reply instead of from the question. */
  public static <V> NearCache<V> leasedFromReply(NearCacheSettings settings) {
    return new NearCache<>(settings, System::nanoTime, new Rules() {
      @Override
      long leaseStart(long askedNanos, long answeredNanos) {
        return answeredNanos;
      }
    });
  }

  /** It keeps every answer, whatever was revoked while that was on its way. */
  public static <V> NearCache<V> unfenced(NearCacheSettings settings) {
    return new NearCache<>(settings, System::nanoTime, new Rules() {
      @Override
      boolean isOvertaken(long seqApplied, long seqOfSnapshot) {
        return false;
      }
    });
  }
}
