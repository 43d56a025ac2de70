package dev.doorward.bench;

/** What a limit does again and again on one thread, with what that thread alone has: a connection, say. */
interface Work {

  void once() throws Exception;
}
