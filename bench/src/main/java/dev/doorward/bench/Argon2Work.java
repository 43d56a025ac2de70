package dev.doorward.bench;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import de.mkammerer.argon2.Argon2;
import de.mkammerer.argon2.Argon2Factory;
import de.mkammerer.argon2.Argon2Factory.Argon2Types;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checks a password against a hash with the server's defaults, by argon2-jvm as the server does. */
final class Argon2Work implements Work {

  private static final String NAME = "argon2";
  private static final byte[] PASSWORD = Population.PASSWORD.getBytes(StandardCharsets.UTF_8);

  private final Argon2 argon2;
  private final String hash;

  /** @param library a libargon2, the same for all of a process; or nothing, for the one inside argon2-jvm */
  Argon2Work(String library) throws IOException {
    Path file = library.isEmpty() ? bundled() : Path.of(library);
    NativeLibrary.addSearchPath(NAME, file.getParent().toString());
    this.argon2 = Argon2Factory.create(Argon2Types.ARGON2id);
    this.hash = argon2.hash(2, 19456, 1, PASSWORD);
  }

  @Override
  public void once() {
    if (!argon2.verify(hash, PASSWORD)) {
      throw new IllegalStateException("the password is the right one");
    }
  }

  /** Where JNA finds it before any that the system has. */
  private static Path bundled() throws IOException {
    File extracted = Native.extractFromResourcePath(NAME, Argon2Work.class.getClassLoader());
    Path file = Files.createTempDirectory("argon2-").resolve(System.mapLibraryName(NAME));
    Files.copy(extracted.toPath(), file);
    file.toFile().deleteOnExit();
    return file;
  }
}
