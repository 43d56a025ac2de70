package dev.doorward.remote;

import dev.doorward.v1.ErrorReason;
import dev.doorward.v1.ImportUsersResult;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** What has come of the lines so far: of those that the server has answered, and of no others. */
final class Outcomes {

  private static final String REASON_PREFIX = "ERROR_REASON_";

  /**
   * @param nextLine the first of those of which nothing has come yet
   * @param bytes how many bytes of the file there are before it
   */
  record Figures(long created, long existing, long refused, long nextLine, long bytes) {

    long users() {
      return created + existing + refused;
    }
  }

  private final Refusals refusals;
  private final Optional<Collisions> collisions;
  private long created;
  private long existing;
  private long refused;
  private long nextLine;
  private long bytes;

  /** @param collisions to be told of who would be created */
  Outcomes(long firstLine, Refusals refusals, Optional<Collisions> collisions) {
    this.nextLine = firstLine;
    this.refusals = refusals;
    this.collisions = collisions;
  }

  synchronized Figures figures() {
    return new Figures(created, existing, refused, nextLine, bytes);
  }

  /** @param results one for each line that is a user */
  synchronized void settle(Batch batch, List<ImportUsersResult> results) {
    Iterator<ImportUsersResult> next = results.iterator();
    for (UserLine line : batch.lines()) {
      if (line.user().isPresent()) {
        settle(line, next.next());
      } else {
        refuse(new Refused(line.number(), "FIELD_INVALID", line.problem()));
      }
    }
    refusals.flush(); // Before it is said that these lines are done.
    nextLine = batch.last().number() + 1;
    bytes = batch.last().end();
  }

  /** Whoever was to be created is here already by then: an earlier line has created them. */
  synchronized void existsAfterAll() {
    created--;
    existing++;
  }

  synchronized void refuseAfterAll(Refused why) {
    created--;
    refuse(why);
    refusals.flush();
  }

  private void settle(UserLine line, ImportUsersResult result) {
    switch (result.getOutcome()) {
      case OUTCOME_CREATED -> {
        created++;
        collisions.ifPresent(all -> all.take(line.number(), line.user().orElseThrow()));
      }
      case OUTCOME_EXISTS -> existing++;
      case OUTCOME_REFUSED, OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
        refuse(new Refused(line.number(), reason(result), result.getMessage()));
    }
  }

  private void refuse(Refused why) {
    refused++;
    refusals.add(why);
  }

  private static String reason(ImportUsersResult result) {
    return result.getReason() == ErrorReason.UNRECOGNIZED
        ? Integer.toString(result.getReasonValue()) // Of a newer server.
        : result.getReason().name().substring(REASON_PREFIX.length());
  }
}
