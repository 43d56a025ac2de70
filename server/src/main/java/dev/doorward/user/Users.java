package dev.doorward.user;

import static dev.doorward.error.Reason.EMAIL_TAKEN;
import static dev.doorward.error.Reason.ETAG_MISMATCH;
import static dev.doorward.error.Reason.ID_TAKEN;
import static dev.doorward.error.Reason.USER_DISABLED;
import static dev.doorward.error.Reason.USER_NOT_FOUND;

import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.database.Change;
import dev.doorward.database.Conflict;
import dev.doorward.database.Database;
import dev.doorward.database.DuplicateKey;
import dev.doorward.database.Ids;
import dev.doorward.database.JsonRows;
import dev.doorward.database.Page;
import dev.doorward.error.Refusal;
import dev.doorward.event.Event;
import dev.doorward.event.EventType;
import dev.doorward.event.Events;
import dev.doorward.idempotency.Idempotency;
import dev.doorward.revocation.Revocation;
import dev.doorward.revocation.Revocations;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Who there is. */
public final class Users {

  private final Database database;
  private final UserMapper users;
  private final Idempotency idempotency;
  private final Revocations revocations;
  private final Events events;
  private final List<Belongings> belongings;

  /** @param belongings what goes with a user who is deleted, beside what the schema takes along */
  public Users(
      Database database,
      Idempotency idempotency,
      Revocations revocations,
      Events events,
      List<Belongings> belongings) {
    this.database = database;
    this.users = database.mapper(UserMapper.class);
    this.idempotency = idempotency;
    this.revocations = revocations;
    this.events = events;
    this.belongings = List.copyOf(belongings);
  }

  public User create(Origin origin, Optional<RequestId> request, NewUser wanted) {
    return database.transaction(() -> {
      Optional<String> earlier = idempotency.claim(origin, request, wanted.id());
      if (earlier.isPresent()) {
        return users.selectById(earlier.get()).orElseThrow(Users::notFound);
      }
      return add(origin, wanted);
    });
  }

  /** Creates a user as part of a larger transaction. */
  public User add(Origin origin, NewUser wanted) {
    User user = refusingDuplicates(() -> users.insert(wanted));
    events.record(origin, Event.ofUser(EventType.USER_CREATED, user.id()));
    return user;
  }

  /** A user's id, and their address. */
  public record Known(String id, String email) {}

  /** Those who have one of the ids or one of the addresses, neither of which are none. */
  public List<Known> findKnown(Collection<String> ids, Collection<String> emails) {
    return database.read(() -> users.selectKnown(JsonRows.of(ids), JsonRows.of(emails)));
  }

  /**
   * Creates users as part of a larger transaction, which has found that they are not here; it is run again if somebody was
   * faster.
   */
  public void addAll(Origin origin, List<ImportedUser> wanted) {
    try {
      users.insertAll(JsonRows.of(wanted, Users::columns));
    } catch (DuplicateKey e) {
      throw new Conflict(e);
    }
    events.recordAll(
        origin,
        EventType.USER_CREATED,
        wanted.stream().map(each -> each.user().id()).toList());
  }

  private static void columns(JsonRows row, ImportedUser wanted) {
    NewUser user = wanted.user();
    row.with("id", user.id())
        .with("email", user.email().value())
        .with("emailVerified", user.emailVerified())
        .with("emailVerifiedAt", user.emailVerifiedAt())
        .with("name", user.name())
        .with("image", user.image())
        .with("metadata", user.metadata())
        .with("createdAt", wanted.createdAt())
        .with("disabledAt", wanted.disabledAt())
        .with("disabledReason", wanted.disabledReason())
        .with("disabledUntil", wanted.disabledUntil());
  }

  public User get(String id) {
    return find(id).orElseThrow(Users::notFound);
  }

  public Optional<User> find(String id) {
    return Ids.canExist(id) ? database.read(() -> users.selectById(id)) : Optional.empty();
  }

  /** @param address in any form; one that is no address is nobody's */
  public User getByEmail(String address) {
    try {
      return find(Email.parse(address)).orElseThrow(Users::notFound);
    } catch (IllegalArgumentException e) {
      throw notFound();
    }
  }

  public Optional<User> find(Email email) {
    return database.read(() -> users.selectByEmail(email.value()));
  }

  /** Those of the users that exist, in no particular order. */
  public List<User> findAll(Collection<String> ids) {
    List<String> possible = ids.stream().filter(Ids::canExist).toList();
    return possible.isEmpty() ? List.of() : database.read(() -> users.selectByIds(possible));
  }

  public Page<User> list(UserFilter filter, Optional<Page.Position> after, int size) {
    List<User> rows = database.read(() -> users.selectPage(filter, after.orElse(null), size + 1));
    return Page.cut(
        rows,
        size,
        user -> filter.emailPrefix() == null
            ? new Page.Position(user.createdAt(), user.id())
            : new Page.Position(null, user.email()));
  }

  /** @param etag the state that the user must be in */
  public User update(Origin origin, String id, UserChanges changes, Optional<String> etag) {
    Instant ifUpdatedAt = etag.map(Users::stateOf).orElse(null);

    return changing(id, () -> {
      if (refusingDuplicates(() -> users.update(id, changes, ifUpdatedAt)) == 0) {
        throw missing(id);
      }
      User user = users.selectById(id).orElseThrow(Users::notFound);
      events.record(origin, Event.ofUser(EventType.USER_UPDATED, id));
      revocations.append(Revocation.ofUser(Revocation.Kind.USER_CHANGED, id));
      return user;
    });
  }

  /**
   * Disables a user, and ends all their sessions.
   *
   * @param reason null if nobody said
   * @param until null if it has no end
   */
  public User disable(Origin origin, String id, String reason, Instant until) {
    return changing(id, () -> {
      boolean changed = users.disable(id, reason, until) == 1;
      User user = users.selectById(id).orElseThrow(Users::notFound);
      if (changed) {
        users.deleteSessions(id);
        events.record(origin, Event.ofUser(EventType.USER_DISABLED, id));
        revocations.append(Revocation.ofUser(Revocation.Kind.USER_DISABLED, id));
      }
      return user;
    });
  }

  public User enable(Origin origin, String id) {
    return changing(id, () -> {
      boolean changed = users.enable(id) == 1;
      User user = users.selectById(id).orElseThrow(Users::notFound);
      if (changed) {
        events.record(origin, Event.ofUser(EventType.USER_ENABLED, id));
      }
      return user;
    });
  }

  /**
   * Deletes a user and everything about them but that this has happened.
   *
   * @param etag the state that the user must be in
   */
  public void delete(Origin origin, String id, Optional<String> etag) {
    Instant ifUpdatedAt = etag.map(Users::stateOf).orElse(null);

    changing(id, () -> {
      String email = users.delete(id, ifUpdatedAt).orElseThrow(() -> missing(id));
      belongings.forEach(kept -> kept.forget(id, email));
      events.forget(id);
      events.record(origin, Event.ofUser(EventType.USER_DELETED, id));
      revocations.append(Revocation.ofUser(Revocation.Kind.USER_DELETED, id));
      return null;
    });
  }

  /** Refuses a user who does not exist or is disabled; neither can change until the transaction ends. */
  public void requireActive(String id) {
    boolean disabled =
        Ids.canExist(id) ? users.lockShared(id).orElseThrow(Users::notFound) : nobody();
    if (disabled) {
      throw disabled();
    }
  }

  /** Refuses a user who does not exist, and keeps all others at this node from changing what belongs to this one. */
  public void lock(String id) {
    if (!Ids.canExist(id) || users.lock(id).isEmpty()) {
      throw notFound();
    }
  }

  /** Refuses a user who does not exist, and has those who do this for one user take turns, at all nodes of a cluster. */
  public void lockAccounts(String id) {
    if (!Ids.canExist(id) || users.lockAccounts(id) == 0) {
      throw notFound();
    }
  }

  /** The same as {@link #lock}, with what is known of the user, who must not be disabled. */
  public User getLocked(String id) {
    return active(users.selectLocked(id));
  }

  /** The same as {@link #requireActive}, with what is known of the user. */
  public User getLockedShared(String id) {
    return active(Ids.canExist(id) ? users.selectLockedShared(id) : Optional.empty());
  }

  /** Whoever has the address, and has it until the transaction ends. */
  public Optional<User> findLocked(Email email) {
    return users.selectLockedByEmail(email.value());
  }

  /** Records that the user has proved that the address is theirs, in the transaction that holds their row. */
  public void confirmEmail(Origin origin, String id) {
    users.confirmEmail(id);
    events.record(origin, Event.ofUser(EventType.EMAIL_VERIFIED, id));
  }

  /** Gives a user another address, which they have proved is theirs, as the last part of the transaction that holds their row. */
  public User changeEmail(Origin origin, String id, Email email) {
    UserChanges changes = new UserChanges(
        Change.to(email.value()),
        Change.to(true),
        Change.none(),
        Change.none(),
        Change.none(),
        Change.none());
    refusingDuplicates(() -> users.update(id, changes, null));
    events.record(origin, Event.ofUser(EventType.EMAIL_CHANGED, id));
    User user = users.selectById(id).orElseThrow(Users::notFound);
    revocations.append(Revocation.ofUser(Revocation.Kind.USER_CHANGED, id));
    return user;
  }

  public static Refusal disabled() {
    return Refusal.because(USER_DISABLED, "the user is disabled");
  }

  private static User active(Optional<User> user) {
    if (user.orElseThrow(Users::notFound).disabledAt() != null) {
      throw disabled();
    }
    return user.get();
  }

  private <T> T changing(String id, Supplier<T> work) {
    if (!Ids.canExist(id)) {
      throw notFound();
    }
    return database.transaction(work);
  }

  private Refusal missing(String id) {
    return users.selectById(id).isPresent()
        ? Refusal.because(ETAG_MISMATCH, "the user has changed since the etag was given out")
        : notFound();
  }

  private static <T> T refusingDuplicates(Supplier<T> work) {
    try {
      return work.get();
    } catch (DuplicateKey e) {
      throw switch (e.key()) {
        case "user_email" -> Refusal.because(EMAIL_TAKEN, "another user has this address");
        case "PRIMARY" -> Refusal.because(ID_TAKEN, "another user has this id");
        default -> e;
      };
    }
  }

  /** An etag that no user can have had stands for a state that no user can be in. */
  static Instant stateOf(String etag) {
    try {
      Instant updatedAt =
          Instant.EPOCH.plus(Long.parseLong(etag, Character.MAX_RADIX), ChronoUnit.MICROS);
      return User.etagOf(updatedAt).equals(etag) ? updatedAt : Instant.EPOCH;
    } catch (NumberFormatException | ArithmeticException e) {
      return Instant.EPOCH;
    }
  }

  private static boolean nobody() {
    throw notFound();
  }

  private static Refusal notFound() {
    return Refusal.because(USER_NOT_FOUND, "there is no such user");
  }
}
