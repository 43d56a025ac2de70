package dev.doorward.idempotency;

import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.database.Database;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import java.util.Arrays;
import java.util.Optional;

/** Makes a request that comes twice make one thing. */
public final class Idempotency {

  private final Database database;
  private final IdempotencyMapper requests;

  public Idempotency(Database database) {
    this.database = database;
    this.requests = database.mapper(IdempotencyMapper.class);
  }

  /**
   * Records, as the first thing in the transaction that makes it, that the request makes the resource. A twin that runs
   * at the same time waits here until the first has committed.
   *
   * @return the id of the resource that an earlier request under the same id has made; empty if this is the first
   */
  public Optional<String> claim(Origin origin, Optional<RequestId> request, String resourceId) {
    if (request.isEmpty()) {
      return Optional.empty();
    }
    String id = request.get().id().toString();
    byte[] fingerprint = request.get().fingerprint();
    if (requests.insertUnlessPresent(origin.caller(), id, fingerprint, resourceId) == 1) {
      return Optional.empty();
    }
    return find(origin, request.get());
  }

  /** The id of the resource that an earlier request under the same id has made. */
  public Optional<String> find(Origin origin, RequestId request) {
    Optional<IdempotencyMapper.Row> earlier =
        requests.select(origin.caller(), request.id().toString());
    if (earlier.isPresent() && !Arrays.equals(earlier.get().fingerprint(), request.fingerprint())) {
      throw reused();
    }
    return earlier.map(IdempotencyMapper.Row::resourceId);
  }

  /** Forgets requests of more than a day ago, so many at the most, and says how many. */
  public int sweep(int limit) {
    return database.sweep(() -> requests.selectOld(limit), requests::deleteAll);
  }

  /** To be thrown when the request turns out not to be the one that its id was used for. */
  public static Refusal reused() {
    return Refusal.because(Reason.REQUEST_ID_REUSED, "request_id: was used for another request");
  }
}
