package dev.doorward.password;

import dev.doorward.Config;
import dev.doorward.config.Settings;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Hashes and verifies in a process of its own, for each has but one libargon2. Takes settings, after them {@code --} and hashes
 * to verify. Prints where the library came from, a new hash, how many microseconds of the processor one takes, and a verdict per hash.
 */
final class NativeArgon2Program {

  static final Password PASSWORD = Password.parse("correct horse battery staple");

  private static final int TIMED = 15;
  private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();

  private NativeArgon2Program() {}

  public static void main(String[] arguments) {
    List<String> all = List.of(arguments);
    int end = all.indexOf("--");
    Map<String, String> settings = new HashMap<>(Map.of("database.url", "jdbc:mariadb://nowhere/"));
    all.subList(0, end).forEach(each -> settings.put(each.split("=")[0], each.split("=")[1]));
    PasswordConfig config = Config.read(new Settings(settings)).passwords();

    System.out.println(NativeArgon2.load(config.argon2Library()));
    Argon2id argon2 = new Argon2id(config);
    System.out.println(argon2.hash(PASSWORD));
    long least = Long.MAX_VALUE;
    for (int i = 0; i < TIMED; i++) {
      long start = THREAD.getCurrentThreadCpuTime();
      argon2.hash(PASSWORD);
      least = Math.min(least, THREAD.getCurrentThreadCpuTime() - start);
    }
    System.out.println(least / 1000);
    for (String hash : all.subList(end + 1, all.size())) {
      System.out.println(argon2.verify(hash, PASSWORD.bytes())
          && !argon2.verify(hash, Password.parse("a wrong one").bytes()));
    }
  }
}
