package dev.doorward.password.foreign;

import de.mkammerer.argon2.Argon2Factory;
import de.mkammerer.argon2.Argon2Factory.Argon2Types;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Argon2 of any kind (RFC 9106) in the PHC string format, or with Django's prefix before it. */
record Argon2Hash(Argon2Types type, String phc) implements ForeignHash {

  private static final Pattern PHC = Pattern.compile(
      "(?:argon2)?"
          + "(\\$argon2(id|i|d)\\$(?:v=(?:16|19)\\$)?m=(\\d{1,9}),t=(\\d{1,9}),p=(\\d{1,9})\\$[A-Za-z0-9+/]{11,128}\\$[A-Za-z0-9+/]{16,256})");

  private static final int MAX_PASSES = 16;
  private static final int MAX_LANES = 64;

  /** Passes times memory: as much as four passes over all the memory that is allowed. */
  private static final long MAX_WORK_KIB = 4L * Cost.MAX_MEMORY_KIB;

  static Optional<ForeignHash> of(String text) {
    Matcher found = PHC.matcher(text);
    if (!found.matches()) {
      return Optional.empty();
    }
    int memoryKib = Cost.number("m", found.group(3), 8, Cost.MAX_MEMORY_KIB);
    int passes = Cost.number("t", found.group(4), 1, MAX_PASSES);
    Cost.number("p", found.group(5), 1, MAX_LANES);
    Cost.require("m times t", (long) memoryKib * passes, 8, MAX_WORK_KIB);
    Argon2Types type = switch (found.group(2)) {
      case "id" -> Argon2Types.ARGON2id;
      case "i" -> Argon2Types.ARGON2i;
      default -> Argon2Types.ARGON2d;
    };
    return Optional.of(new Argon2Hash(type, found.group(1)));
  }

  @Override
  public boolean matches(byte[] password) {
    return Argon2Factory.create(type).verify(phc, password);
  }
}
