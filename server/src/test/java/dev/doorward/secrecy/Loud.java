package dev.doorward.secrecy;

import java.lang.reflect.Method;
import java.util.Arrays;

/** Runs another program of the tests, in a process of its own, with the log that is searched. */
public final class Loud {

  private Loud() {}

  /** @param arguments the program's class, and its arguments */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    DebugLog.start();
    Method main = Class.forName(arguments[0]).getDeclaredMethod("main", String[].class);
    main.setAccessible(true);
    main.invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
  }
}
