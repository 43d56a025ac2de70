package dev.doorward.bench;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/**
 * For each line of standard input, which is a port, waits until a server there says SERVING, and prints the time in
 * milliseconds; or "never". It stays warm, so that its own start is no part of a server's.
 */
public final class Serving {

  private static final int BETWEEN_LOOKS_MILLIS = 2;
  private static final int PATIENCE_MILLIS = 120_000;

  private Serving() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.out.println("ready");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      int port = Integer.parseInt(line);
      long patienceEnds = System.currentTimeMillis() + PATIENCE_MILLIS;
      boolean serves = false;
      while (!serves && System.currentTimeMillis() < patienceEnds) {
        Thread.sleep(BETWEEN_LOOKS_MILLIS);
        serves = accepts(port) && serves(port);
      }
      System.out.println(serves ? System.currentTimeMillis() : "never");
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean serves(int port) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    try {
      return HealthGrpc.newBlockingStub(channel)
              .withDeadlineAfter(1, TimeUnit.SECONDS)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus()
          == ServingStatus.SERVING;
    } catch (StatusRuntimeException e) {
      return false;
    } finally {
      channel.shutdownNow();
    }
  }
}
