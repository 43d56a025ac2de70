package dev.doorward.call;

/**
 * Where a change comes from: the calling service, and the end user behind it.
 *
 * @param caller the name of the calling service
 * @param ipAddress the end user's address in canonical text form, or null if the caller did not say
 * @param userAgent the end user's agent, or null if the caller did not say
 */
public record Origin(String caller, String ipAddress, String userAgent) {

  /** Of whoever runs the server, by a command of its own. */
  public static final Origin COMMAND_LINE = new Origin("command line", null, null);
}
