package dev.doorward.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One of the limits that Doorward is measured against, as a process that stays: for each line of standard input, which says
 * how many seconds, it works on all its threads and prints how often and how fast. So the limit and what it limits can
 * take turns, and neither is ever cold.
 */
public final class Limit {

  private Limit() {}

  /** @param arguments which limit, on how many threads, and the connection's file */
  public static void main(String[] arguments) throws Exception {
    int threads = Integer.parseInt(arguments[1]);
    Connections connections = new Connections(Path.of(arguments[2]));
    List<Work> crew = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      crew.add(
          switch (arguments[0]) {
            case "jdbc-validation" -> new JdbcValidation(connections, rows(arguments));
            case "mybatis-validation" -> new MyBatisValidation(connections, rows(arguments));
            case "jdbc-session" -> JdbcInserts.ofSessions(connections, rows(arguments));
            case "jdbc-sign-up" -> JdbcInserts.ofSignUps(connections);
            case "argon2" -> new Argon2Work();
            default -> throw new IllegalArgumentException(arguments[0] + " (expected: a limit)");
          });
    }
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    System.out.println("ready");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      System.out.println(round(pool, crew, Double.parseDouble(line)));
    }
    pool.shutdown();
  }

  private static long rows(String[] arguments) {
    return Long.parseLong(arguments[3]);
  }

  private static String round(ExecutorService pool, List<Work> crew, double seconds)
      throws Exception {
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    List<Future<long[]>> running = new ArrayList<>();
    for (Work work : crew) {
      running.add(pool.submit(() -> repeat(work, end)));
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
  private static long[] repeat(Work work, long end) throws Exception {
    long[] nanos = new long[1 << 12];
    int count = 0;
    for (long before = System.nanoTime(); before - end < 0; ) {
      work.once();
      long after = System.nanoTime();
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
      }
      nanos[count++] = after - before;
      before = after;
    }
    return Arrays.copyOf(nanos, count);
  }
}
