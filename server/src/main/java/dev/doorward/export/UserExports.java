package dev.doorward.export;

import com.google.common.collect.Iterators;
import dev.doorward.account.Account;
import dev.doorward.account.Accounts;
import dev.doorward.attempt.Attempts;
import dev.doorward.attempt.WrongPasswords;
import dev.doorward.database.Page;
import dev.doorward.event.EventFilter;
import dev.doorward.event.Events;
import dev.doorward.event.Recorded;
import dev.doorward.session.Session;
import dev.doorward.session.Sessions;
import dev.doorward.user.User;
import dev.doorward.user.Users;
import dev.doorward.verification.Verification;
import dev.doorward.verification.Verifications;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/** All that is kept about a user, without secrets. It is read part by part, however much it is. */
public final class UserExports {

  /** A part of it. */
  public sealed interface Part {}

  /** The first one. */
  public record Person(User user, Optional<WrongPasswords> wrongPasswords) implements Part {}

  public record SomeAccounts(List<Account> accounts) implements Part {}

  public record SomeSessions(List<Session> sessions) implements Part {}

  public record SomeVerifications(List<Verification> verifications) implements Part {}

  public record SomeEvents(List<Recorded> events) implements Part {}

  private static final int AT_ONCE = 500;

  private final Users users;
  private final Attempts attempts;
  private final Accounts accounts;
  private final Sessions sessions;
  private final Verifications verifications;
  private final Events events;

  public UserExports(
      Users users,
      Attempts attempts,
      Accounts accounts,
      Sessions sessions,
      Verifications verifications,
      Events events) {
    this.users = users;
    this.attempts = attempts;
    this.accounts = accounts;
    this.sessions = sessions;
    this.verifications = verifications;
    this.events = events;
  }

  /** Refuses at once if there is no such user; each part is read when it is asked for. */
  Iterator<Part> of(String userId) {
    User user = users.get(userId);
    Part person = new Person(user, attempts.of(userId, user.email()));
    EventFilter theirs = new EventFilter(userId, null, null);
    return Iterators.concat(List.<Iterator<? extends Part>>of(
            Iterators.singletonIterator(person),
            parts(after -> accounts.list(userId, after, AT_ONCE), SomeAccounts::new),
            parts(after -> sessions.listEvenExpired(userId, after, AT_ONCE), SomeSessions::new),
            parts(
                after -> verifications.listOfUser(userId, after, AT_ONCE), SomeVerifications::new),
            parts(
                after -> verifications.listOfIdentifier(user.email(), after, AT_ONCE),
                SomeVerifications::new),
            parts(
                after -> verifications.listOfIdentifier(userId, after, AT_ONCE),
                SomeVerifications::new),
            parts(after -> events.list(theirs, after, AT_ONCE), SomeEvents::new))
        .iterator());
  }

  private static <T> Iterator<Part> parts(
      Function<Optional<Page.Position>, Page<T>> read, Function<List<T>, Part> toPart) {
    return Iterators.transform(
        Iterators.filter(new Pages<>(read), items -> !items.isEmpty()), toPart::apply);
  }

  /** The pages of a list, each read when it is asked for. */
  private static final class Pages<T> implements Iterator<List<T>> {

    private final Function<Optional<Page.Position>, Page<T>> read;
    private Optional<Page.Position> after = Optional.empty();
    private boolean done;

    private Pages(Function<Optional<Page.Position>, Page<T>> read) {
      this.read = read;
    }

    @Override
    public boolean hasNext() {
      return !done;
    }

    @Override
    public List<T> next() {
      if (done) {
        throw new NoSuchElementException();
      }
      Page<T> page = read.apply(after);
      after = page.next();
      done = after.isEmpty();
      return page.items();
    }
  }
}
