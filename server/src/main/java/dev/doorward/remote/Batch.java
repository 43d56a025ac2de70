package dev.doorward.remote;

import dev.doorward.v1.ImportUsersRequest;
import dev.doorward.v1.PortableUser;
import java.util.List;
import java.util.Optional;

/** Lines that are answered together: a message of those that are users, unless there are none. */
record Batch(List<UserLine> lines) {

  boolean hasUsers() {
    return lines.stream().anyMatch(line -> line.user().isPresent());
  }

  long users() {
    return lines.stream().filter(line -> line.user().isPresent()).count();
  }

  ImportUsersRequest toRequest(boolean dryRun) {
    List<PortableUser> users =
        lines.stream().map(UserLine::user).flatMap(Optional::stream).toList();
    return ImportUsersRequest.newBuilder().addAllUsers(users).setDryRun(dryRun).build();
  }

  UserLine last() {
    return lines.get(lines.size() - 1);
  }
}
