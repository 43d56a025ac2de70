package dev.doorward.secrecy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the tests of this process have come to know that must not be written down, and what was. */
public final class Suite {

  /** What is searched, and for what, once the tests are over. */
  static final Path DIRECTORY = Path.of("target/secrecy");

  private static final Set<Known> secrets = ConcurrentHashMap.newKeySet();
  private static final Set<ByteBuffer> harmless = ConcurrentHashMap.newKeySet();

  /** Not in a program that is no test and uses a database of theirs. */
  private static volatile boolean on;

  private record Known(String kind, ByteBuffer value) {}

  private Suite() {}

  /** Once there is where to write to. */
  static void begin() {
    on = true;
    Runtime.getRuntime().addShutdownHook(new Thread(Suite::write, "secrecy"));
  }

  /** From now on it must be nowhere. */
  static void keep(String kind, String value) {
    keep(kind, value.getBytes(UTF_8));
  }

  private static void keep(String kind, byte[] value) {
    secrets.add(new Known(kind, ByteBuffer.wrap(value)));
  }

  /** The password of a database, which nobody is told but the server. */
  public static void keepDatabasePassword(String password) {
    keep(Kinds.DATABASE_PASSWORD, password);
  }

  public static void keepCallerKey(String key) {
    keep(Kinds.CALLER_KEY, key);
  }

  /** A key that providers' tokens are encrypted under, in base64: neither that nor what it stands for. */
  public static void keepTokenKey(String base64) {
    keep(Kinds.TOKEN_KEY, base64);
    keep(Kinds.TOKEN_KEY, Base64.getDecoder().decode(base64));
  }

  /** Texts that tests send as anything, passwords included, and so are no secrets. */
  public static void letGo(List<String> texts) {
    texts.forEach(text -> harmless.add(ByteBuffer.wrap(text.getBytes(UTF_8))));
  }

  /** Something that must be found in that place, or the search is blind. */
  static String control(Place place, String how) {
    String value = Controls.fresh();
    keep(Kinds.CONTROL + place + ", " + how, value);
    return value;
  }

  /** A statement that changes nothing and must be found among those of a database. */
  public static Optional<String> controlStatement() {
    return on
        ? Optional.of("DO '" + control(Place.DATABASE_STATEMENTS, "a statement") + "'")
        : Optional.empty();
  }

  /** The options with which a MariaDB writes down what is searched: none, if nobody is going to search. */
  public static List<String> mariaDbOptions(String name) {
    if (!on) {
      return List.of();
    }
    return List.of(
        "--general-log=1",
        "--general-log-file=" + Place.DATABASE_STATEMENTS.file(name).toAbsolutePath(),
        "--slow-query-log=1",
        "--slow-query-log-file="
            + Place.DATABASE_STATEMENTS.file(name + "-slow").toAbsolutePath(),
        "--long-query-time=0.2");
  }

  /** What a server has sent to a collector. */
  public static synchronized void keepTelemetry(byte[] body) {
    if (!on) {
      return;
    }
    Path file = Place.TELEMETRY.file(Long.toString(ProcessHandle.current().pid()));
    try {
      if (Files.notExists(file)) {
        Files.writeString(file, control(Place.TELEMETRY, "a body"));
      }
      Files.write(file, body, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Before the directory of a MariaDB is deleted. */
  public static void keepErrorLog(String name, Path log) {
    if (!on) {
      return;
    }
    try {
      Files.copy(log, Place.DATABASE_ERROR_LOG.file(name), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For the search. */
  private static void write() {
    List<String> lines = secrets.stream()
        .filter(secret -> !harmless.contains(secret.value()))
        .map(secret -> new Secret(secret.kind(), secret.value().array()).toLine())
        .toList();
    try {
      Files.createDirectories(DIRECTORY);
      Files.write(DIRECTORY.resolve(ProcessHandle.current().pid() + "-secrets"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
