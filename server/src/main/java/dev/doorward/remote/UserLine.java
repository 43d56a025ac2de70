package dev.doorward.remote;

import dev.doorward.v1.PortableUser;
import java.util.Optional;

/**
 * A line that is a user, or says why it is none.
 *
 * @param end how many bytes of the file there are up to its end
 * @param problem empty if it is a user
 */
record UserLine(long number, Optional<PortableUser> user, String problem, long end) {

  static UserLine of(Lines.Line line) {
    if (line.tooLong()) {
      return new UserLine(
          line.number(),
          Optional.empty(),
          "longer than expected: at most " + Lines.LONGEST + " bytes",
          line.end());
    }
    try {
      return new UserLine(line.number(), Optional.of(UserJson.parse(line.bytes())), "", line.end());
    } catch (IllegalArgumentException e) {
      return new UserLine(line.number(), Optional.empty(), e.getMessage(), line.end());
    }
  }

  /** Without what others gave in confidence. */
  @Override
  public String toString() {
    return "UserLine[number=" + number + "]";
  }
}
