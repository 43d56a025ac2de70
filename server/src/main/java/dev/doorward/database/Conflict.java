package dev.doorward.database;

/** Others changed the same rows at the same time: the transaction is undone and to be run again. */
public final class Conflict extends RuntimeException {

  public Conflict(Throwable cause) {
    super("the transaction lost against another one", cause, false, false);
  }
}
