package dev.doorward.verification;

import static dev.doorward.error.Reason.TOO_MANY_VERIFICATIONS;

import dev.doorward.database.Database;
import dev.doorward.database.Ids;
import dev.doorward.error.Refusal;
import dev.doorward.token.Pseudonym;
import dev.doorward.user.Belongings;
import java.util.List;
import java.util.stream.Stream;

/**
 * How often tokens may be asked for that are delivered to one address, or for one user: a few at once, then one after each
 * interval. So nobody's mailbox is flooded, no more than so many tokens of theirs are live, and those that are stay good
 * however often others ask.
 */
public final class Deliveries implements Belongings {

  private final Database database;
  private final DeliveryMapper deliveries;
  private final VerificationConfig config;

  public Deliveries(Database database, VerificationConfig config) {
    this.database = database;
    this.deliveries = database.mapper(DeliveryMapper.class);
    this.config = config;
  }

  /** Deletes counts that say nothing any longer, so many at the most, and says how many. */
  public int sweep(int limit) {
    return database.sweep(() -> deliveries.selectRecovered(limit), deliveries::deleteRecovered);
  }

  /** Sends away most of what is to be refused before it waits for a row's lock, let alone for a connection to write. */
  void requireRoom(Purpose purpose, List<String> receivers) {
    database
        .read(() -> deliveries.selectWaits(subjects(purpose, receivers), config.slackMicros()))
        .forEach(wait -> require(wait <= 0, wait));
  }

  /**
   * Counts a request, or refuses it, in its transaction.
   *
   * @param receivers the address that the token goes to, or the user for whom it is asked, or both
   */
  void count(Purpose purpose, List<String> receivers) {
    for (String subject : subjects(purpose, receivers)) {
      DeliveryMapper.Counted counted =
          deliveries.count(subject, Ids.generate(), config.intervalMicros(), config.slackMicros());
      require(counted.granted(), counted.waitMicros());
    }
  }

  @Override
  public void forget(String userId, String email) {
    deliveries.deleteAll(Stream.of(
            Purpose.PASSWORD_RESET, Purpose.EMAIL_VERIFICATION, Purpose.EMAIL_CHANGE)
        .flatMap(purpose -> subjects(purpose, List.of(userId, email)).stream())
        .toList());
  }

  /** In one order for everybody, so that nobody waits in a circle. */
  private static List<String> subjects(Purpose purpose, List<String> receivers) {
    return receivers.stream()
        .map(receiver -> Pseudonym.of(purpose.name() + ":" + receiver))
        .sorted()
        .toList();
  }

  private static void require(boolean granted, long waitMicros) {
    if (!granted) {
      throw Refusal.forMicros(
          TOO_MANY_VERIFICATIONS,
          "too many tokens were asked for; RetryInfo says how long to wait",
          waitMicros);
    }
  }
}
