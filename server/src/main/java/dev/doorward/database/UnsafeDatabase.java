package dev.doorward.database;

import java.util.List;

/** A database that can't keep what the server promises; the message has a line for each thing to mend. */
public final class UnsafeDatabase extends RuntimeException {

  UnsafeDatabase(List<String> problems) {
    super(String.join("\n", problems));
  }
}
