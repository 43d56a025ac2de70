package dev.doorward.telemetry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Whether anybody does. */
final class Listening {

  private static final int LIMIT_MILLIS = 2000;

  private Listening() {}

  static boolean at(InetAddress address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), LIMIT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
