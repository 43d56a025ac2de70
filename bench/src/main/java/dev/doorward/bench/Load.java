package dev.doorward.bench;

import io.grpc.Channel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls of Doorward, or one of the limits that it is measured against, as a process that stays: for each line of standard
 * input, which says how many seconds and how often a second (0: as often as it can), it works on all its threads and prints
 * how often and how fast. So the limit and what
 * it limits can take turns, and neither is ever cold.
 */
public final class Load {

  private static final int CONNECTIONS = 4;

  private Load() {}

  /**
   * @param arguments what, on how many threads, the database connection's file or the server's address, and how many rows
   *     to choose from
   */
  public static void main(String[] arguments) throws Exception {
    int threads = Integer.parseInt(arguments[1]);
    List<Channel> channels = new ArrayList<>();
    List<Work> crew = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      if (arguments[0].startsWith("call-") && thread < CONNECTIONS) {
        channels.add(GrpcCalls.connect(arguments[2]));
      }
      crew.add(
          switch (arguments[0]) {
            case "call-validation" ->
              GrpcCalls.validations(channels.get(thread % CONNECTIONS), rows(arguments));
            case "call-session" ->
              GrpcCalls.sessions(channels.get(thread % CONNECTIONS), rows(arguments));
            case "call-sign-up" -> GrpcCalls.signUps(channels.get(thread % CONNECTIONS));
            case "jdbc-validation" -> new JdbcValidation(database(arguments), rows(arguments));
            case "mybatis-validation" ->
              new MyBatisValidation(database(arguments), rows(arguments));
            case "jdbc-session" -> JdbcInserts.ofSessions(database(arguments), rows(arguments));
            case "jdbc-sign-up" -> JdbcInserts.ofSignUps(database(arguments));
            case "argon2" -> new Argon2Work(arguments.length > 2 ? arguments[2] : "");
            default -> throw new IllegalArgumentException(arguments[0] + " (expected: a load)");
          });
    }
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      System.out.println("ready");
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] asked = line.split(" ");
        System.out.println(
            round(pool, crew, Double.parseDouble(asked[0]), Double.parseDouble(asked[1])));
      }
    } finally {
      pool.shutdownNow(); // Whoever reads what is printed sees the end of it.
    }
  }

  private static Connections database(String[] arguments) throws IOException {
    return new Connections(Path.of(arguments[2]));
  }

  private static long rows(String[] arguments) {
    return Long.parseLong(arguments[3]);
  }

  private static String round(
      ExecutorService pool, List<Work> crew, double seconds, double perSecond) throws Exception {
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    long apartNanos = perSecond == 0 ? 0 : (long) (crew.size() / perSecond * 1e9);
    List<Future<long[]>> running = new ArrayList<>();
    for (Work work : crew) {
      running.add(pool.submit(() -> repeat(work, end, apartNanos)));
    }
    List<long[]> latencies = new ArrayList<>();
    for (Future<long[]> thread : running) {
      latencies.add(thread.get());
    }
    double took = (System.nanoTime() - start) / 1e9;
    long[] all = latencies.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "{\"calls\": %d, \"seconds\": %.6f, \"p50\": %.1f, \"p99\": %.1f}",
        all.length,
        took,
        all[all.length / 2] / 1e3,
        all[(int) (all.length * 0.99)] / 1e3);
  }

  /** How long each took, in nanoseconds. */
  private static long[] repeat(Work work, long end, long apartNanos) throws Exception {
    long[] nanos = new long[1 << 12];
    int count = 0;
    long due = System.nanoTime();
    for (long before = due; before - end < 0; before = System.nanoTime()) {
      work.once();
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
      }
      nanos[count++] = System.nanoTime() - before;
      due += apartNanos;
      LockSupport.parkNanos(apartNanos == 0 ? 0 : due - System.nanoTime());
    }
    return Arrays.copyOf(nanos, count);
  }
}
