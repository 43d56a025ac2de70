package dev.doorward.remote;

/** What is still to be said when the process is asked to stop in the middle of its work. */
final class Interruption implements AutoCloseable {

  private final Thread hook;

  Interruption(Runnable last) {
    this.hook = new Thread(last, "interruption");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is being stopped, and it is said.
    }
  }
}
