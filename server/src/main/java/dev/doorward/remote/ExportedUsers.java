package dev.doorward.remote;

import dev.doorward.v1.ExportUsersResponse;
import dev.doorward.v1.PortableUser;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Where the users go, message by message, and from where on another stream would go on. */
final class ExportedUsers implements AutoCloseable {

  private static final long LONGEST_WRITE_SECONDS = 2;

  private final OutputStream out;
  private final Optional<FileChannel> file;
  private final Optional<Path> created;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile String token;
  private volatile long users;

  private ExportedUsers(
      OutputStream out, Optional<FileChannel> file, Optional<Path> created, String token) {
    this.out = out;
    this.file = file;
    this.created = created;
    this.token = token;
  }

  /** @param token where to begin; empty for the beginning */
  static ExportedUsers to(OutputStream out, String token) {
    return new ExportedUsers(out, Optional.empty(), Optional.empty(), token);
  }

  /**
   * For its owner alone: it may hold secrets.
   *
   * @param token where to begin; empty for the beginning, which takes a new file
   */
  static ExportedUsers in(Path path, String token) throws IOException {
    boolean fresh = token.isEmpty() || Files.notExists(path);
    FileChannel file = fresh
        ? FileChannel.open(
            path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly())
        : FileChannel.open(path, StandardOpenOption.WRITE);
    file.position(file.size());
    return new ExportedUsers(
        Channels.newOutputStream(file),
        Optional.of(file),
        fresh ? Optional.of(path) : Optional.empty(),
        token);
  }

  /** All of a message, or, where that can be, nothing of it. */
  void write(ExportUsersResponse message) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (PortableUser user : message.getUsersList()) {
      lines.append(UserJson.print(withoutState(user))).append('\n');
    }
    byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
    turn.lock();
    try {
      append(bytes);
      users += message.getUsersCount();
      token = message.getNextPageToken();
    } finally {
      turn.unlock();
    }
  }

  /** From now on nothing is written, so that the token stays the right one. False if something is being written. */
  boolean stop() {
    try {
      return turn.tryLock(LONGEST_WRITE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Where another stream goes on after all that is written; empty for the beginning. */
  String token() {
    return token;
  }

  /** How many were written. */
  long users() {
    return users;
  }

  /** After a failure, a new file with nothing in it would only be in the way of the next one. */
  void discardIfEmpty() {
    if (users == 0) {
      created.ifPresent(path -> path.toFile().delete());
    }
  }

  @Override
  public void close() throws IOException {
    if (file.isPresent()) {
      file.get().close();
    }
  }

  private void append(byte[] bytes) throws IOException {
    if (file.isEmpty()) {
      out.write(bytes);
      out.flush();
      return;
    }
    long whole = file.get().position();
    try {
      out.write(bytes);
    } catch (IOException e) {
      cut(file.get(), whole, e);
      throw e;
    }
  }

  private static void cut(FileChannel file, long whole, IOException reason) {
    try {
      file.truncate(whole);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  /** What stands for a user's state here means nothing elsewhere. */
  private static PortableUser withoutState(PortableUser user) {
    return user.toBuilder().setUser(user.getUser().toBuilder().clearEtag()).build();
  }

  private static FileAttribute<?>[] ownerOnly() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
