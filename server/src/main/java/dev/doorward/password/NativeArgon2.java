package dev.doorward.password;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import de.mkammerer.argon2.jna.Argon2Library;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The libargon2 of this process: the one that is configured, or the one inside argon2-jvm if there is none or this processor
 * can't run it. Never one that happens to lie about in the system, which JNA would prefer.
 */
final class NativeArgon2 {

  /** What argon2-jvm asks JNA for. */
  private static final String NAME = "argon2";

  private static final Logger log = LoggerFactory.getLogger(NativeArgon2.class);

  private static Path loaded;

  private NativeArgon2() {}

  /**
   * Loads it, once: a process has one.
   *
   * @return where it was loaded from
   */
  static synchronized Path load(Optional<Path> configured) {
    if (loaded == null) {
      Path wanted = configured.filter(NativeArgon2::canBeLoaded).orElseGet(NativeArgon2::bundled);
      NativeLibrary.addSearchPath(NAME, wanted.getParent().toString());
      loaded = locate();
      if (!loaded.equals(wanted)) {
        throw new IllegalStateException(loaded + " was loaded in place of " + wanted);
      }
    }
    return loaded;
  }

  /** The dynamic loader refuses a file that says it needs more than this processor has. */
  private static boolean canBeLoaded(Path file) {
    try {
      NativeLibrary.getInstance(file.toString());
      return true;
    } catch (UnsatisfiedLinkError e) {
      log.warn(
          "password.argon2-library: the slower one hashes, for {}",
          e.getMessage().lines().findFirst().orElse("it can't be loaded"));
      return false;
    }
  }

  private static Path bundled() {
    try {
      File extracted = Native.extractFromResourcePath(NAME, NativeArgon2.class.getClassLoader());
      Path directory = Files.createTempDirectory("doorward-argon2-").toRealPath();
      Path file = directory.resolve(System.mapLibraryName(NAME));
      Files.copy(extracted.toPath(), file);
      directory.toFile().deleteOnExit();
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path locate() {
    Library.Handler handler = (Library.Handler) Proxy.getInvocationHandler(Argon2Library.INSTANCE);
    return handler.getNativeLibrary().getFile().toPath();
  }
}
