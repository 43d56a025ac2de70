package dev.doorward.database;

/**
 * The log of MariaDB's driver, which is off: at DEBUG it would have every key that was a duplicate, at TRACE every byte. What is
 * wrong comes as an exception.
 */
public final class DriverLog {

  private DriverLog() {}

  /** Before the first class of the driver is loaded. */
  public static void turnOff() {
    System.setProperty("mariadb.logging.disable", "true");
  }
}
