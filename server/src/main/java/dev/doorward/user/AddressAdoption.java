package dev.doorward.user;

import static dev.doorward.error.Reason.EMAIL_TAKEN;

import dev.doorward.call.Origin;
import dev.doorward.database.Change;
import dev.doorward.database.Database;
import dev.doorward.error.Refusal;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** Brings addresses that another library has written into the form in which they are looked up here. */
public final class AddressAdoption {

  private static final int BATCH = 500;

  private final Database database;
  private final UserMapper mapper;
  private final Users users;
  private final BiConsumer<String, String> problems;

  /** @param problems gets the id of each user whose address does not fit, and why */
  public AddressAdoption(Database database, Users users, BiConsumer<String, String> problems) {
    this.database = database;
    this.mapper = database.mapper(UserMapper.class);
    this.users = users;
    this.problems = problems;
  }

  /** Says how many addresses are in another form. */
  public long rehearse() {
    return each(user -> isFree(user, Email.parse(user.email())));
  }

  /** Says how many addresses were in another form. */
  public long run(Origin origin) {
    return each(user -> normalise(origin, user, Email.parse(user.email())));
  }

  private long each(Predicate<Users.Known> work) {
    return database
        .pages(last -> mapper.selectAddresses(last, BATCH), Users.Known::id)
        .mapToLong(
            page -> page.stream().filter(this::isOfAnotherForm).filter(work).count())
        .sum();
  }

  private boolean isOfAnotherForm(Users.Known user) {
    try {
      return !Email.parse(user.email()).value().equals(user.email());
    } catch (IllegalArgumentException e) {
      problems.accept(user.id(), "the address is none: " + e.getMessage());
      return false;
    }
  }

  private boolean isFree(Users.Known user, Email normalised) {
    Optional<User> holder = users.find(normalised);
    holder.ifPresent(other -> taken(user, other.id()));
    return holder.isEmpty();
  }

  /** It stays verified if it was. */
  private boolean normalise(Origin origin, Users.Known known, Email normalised) {
    Optional<User> user = users.find(known.id()).filter(now -> now.email().equals(known.email()));
    if (user.isEmpty() || !isFree(known, normalised)) {
      return false;
    }
    UserChanges changes = new UserChanges(
        Change.to(normalised.value()),
        Change.to(user.get().emailVerified()),
        Change.to(user.get().emailVerifiedAt()),
        Change.none(),
        Change.none(),
        Change.none());
    try {
      users.update(origin, known.id(), changes, user.map(User::etag));
      return true;
    } catch (Refusal e) {
      if (e.reason() == EMAIL_TAKEN) {
        problems.accept(known.id(), "another user has the address once it is normalised");
      } else {
        problems.accept(known.id(), "the user has changed meanwhile; run this again");
      }
      return false;
    }
  }

  private void taken(Users.Known user, String holder) {
    problems.accept(user.id(), "the user " + holder + " has the address once it is normalised");
  }
}
