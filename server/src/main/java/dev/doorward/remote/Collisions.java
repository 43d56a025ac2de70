package dev.doorward.remote;

import dev.doorward.remote.UserKey.Kind;
import dev.doorward.v1.PortableUser;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lines of one file that can't both be brought in, or are the same user. A server that only rehearses does not see them
 * unless they are in one message. Eight bytes are kept of each key; the keys themselves only of those lines, in a second
 * look at the file. Who was refused for somebody in their own message stays refused, even if that one is refused after all.
 */
final class Collisions {

  private record Holder(long line, String id) {}

  private final Hashes hashes = new Hashes();
  private final BitSet created = new BitSet();

  /** The line's user would be created. Whoever would not be, has nothing that another could lack. */
  void take(long line, PortableUser user) {
    created.set(Math.toIntExact(line));
    UserKey.of(user).forEach(key -> hashes.add(key.hash()));
  }

  /**
   * Takes back what was said of those lines for which there is an earlier one.
   *
   * @param lines the same ones, from the beginning
   */
  void correct(Lines lines, Outcomes outcomes) throws IOException {
    long[] repeated = hashes.repeated();
    if (repeated.length == 0) {
      return;
    }
    Map<UserKey, Holder> holders = new HashMap<>();
    Optional<Lines.Line> line = lines.next();
    while (line.isPresent()) {
      if (created.get(Math.toIntExact(line.get().number()))) {
        PortableUser user = UserLine.of(line.get())
            .user()
            .orElseThrow(() -> new IOException("changed since it was read"));
        List<UserKey> keys = UserKey.of(user).stream()
            .filter(key -> Arrays.binarySearch(repeated, key.hash()) >= 0)
            .toList();
        judge(line.get().number(), user.getUser().getId(), keys, holders, outcomes);
      }
      line = lines.next();
    }
  }

  /** As the server does with what is in one message. */
  private static void judge(
      long line, String id, List<UserKey> keys, Map<UserKey, Holder> holders, Outcomes outcomes) {
    Optional<UserKey> taken = keys.stream().filter(holders::containsKey).findFirst();
    if (taken.isEmpty()) {
      keys.forEach(key -> holders.put(key, new Holder(line, id)));
      return;
    }
    Holder holder = holders.get(taken.get());
    if (taken.get().kind() == Kind.ADDRESS && (id.isEmpty() || id.equals(holder.id()))) {
      outcomes.existsAfterAll();
    } else {
      outcomes.refuseAfterAll(why(line, taken.get(), holder.line()));
    }
  }

  private static Refused why(long line, UserKey taken, long holder) {
    String ofLine = " is the one of line " + holder;
    return switch (taken.kind()) {
      case ADDRESS -> new Refused(line, "EMAIL_TAKEN", "the address" + ofLine);
      case ID -> new Refused(line, "ID_TAKEN", "the id" + ofLine);
      case PROVIDER_ACCOUNT ->
        new Refused(
            line, "ACCOUNT_LINKED_TO_ANOTHER_USER", "the account with " + taken.first() + ofLine);
      case ACCOUNT_ID -> new Refused(line, "ID_TAKEN", "the id of an account" + ofLine);
    };
  }
}
