package dev.doorward.development;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What one MariaDB keeps on disk: its data, and the files around them. */
record MariaDbDirectory(Path root, MariaDbBinaries binaries) {

  private static final String COLLATION = "utf8mb4_nopad_bin";

  Path log() {
    return root.resolve("mariadbd.log");
  }

  Path passwordFile() {
    return root.resolve("password");
  }

  /** Leaves nothing of an earlier run in the way, and creates the data if there are none. */
  void prepare() throws IOException {
    MariaDbProcess.stopLeftover(pidFile(), data());
    OwnerOnly.createDirectories(temporary());
    if (!Files.isDirectory(data())) {
      createData();
    }
  }

  /** Launches a server that {@code user} may use with that password, from this machine alone. */
  MariaDbProcess launch(int port, String user, String password, List<String> extraArguments)
      throws IOException {
    OwnerOnly.write(initFile(), """
        CREATE DATABASE IF NOT EXISTS doorward CHARACTER SET utf8mb4 COLLATE %1$s;
        CREATE OR REPLACE USER '%2$s'@'127.0.0.1' IDENTIFIED BY '%3$s';
        GRANT ALL PRIVILEGES ON *.* TO '%2$s'@'127.0.0.1' WITH GRANT OPTION;
        """.formatted(COLLATION, user, password));
    OwnerOnly.write(passwordFile(), password);

    List<String> command = command(data());
    Collections.addAll(
        command,
        "--bind-address=127.0.0.1",
        "--port=" + port,
        "--port-open-timeout=10", // After a restart another process may still be leaving it.
        "--socket=", // None: its path might be too long, and nobody comes that way.
        "--skip-ssl", // The key that 11.4 makes at each start takes it 8 to 30 s.
        "--skip-name-resolve",
        "--character-set-server=utf8mb4",
        "--collation-server=" + COLLATION,
        "--innodb-flush-log-at-trx-commit=1",
        "--innodb-buffer-pool-size=128M",
        "--performance-schema=OFF",
        "--init-file=" + initFile(),
        "--pid-file=" + pidFile(),
        "--log-error=" + log());
    command.addAll(extraArguments);
    return MariaDbProcess.launch(binaries.process(command), log(), pidFile());
  }

  /** To be deleted once the server has read it. */
  Path initFile() {
    return root.resolve("init.sql");
  }

  private Path data() {
    return root.resolve("data");
  }

  /** Its own, for each server that starts deletes whatever it takes for the leftovers of another. */
  private Path temporary() {
    return root.resolve("tmp");
  }

  private Path pidFile() {
    return root.resolve("mariadbd.pid");
  }

  private void createData() throws IOException {
    Path aside = root.resolve("data.part");
    Path statements = root.resolve("bootstrap.sql");
    MariaDbBinaries.deleteTree(aside);
    OwnerOnly.createDirectories(aside);
    OwnerOnly.write(statements, bootstrapSql());

    List<String> command = command(aside);
    Collections.addAll(
        command,
        "--bootstrap",
        "--log-warnings=0",
        "--enforce-storage-engine=",
        "--max-allowed-packet=8M");
    MariaDbProcess.complete(binaries.process(command).redirectInput(statements.toFile()), log());

    Files.delete(statements);
    Files.move(aside, data(), ATOMIC_MOVE);
  }

  /** The system tables without the users that MariaDB brings: there is no root to log in as. */
  private String bootstrapSql() throws IOException {
    List<String> lines = new ArrayList<>();
    // A statement ends with its line here.
    lines.add("CREATE DATABASE mysql;");
    lines.add("USE mysql;");
    lines.add("SET @auth_root_socket = NULL;");
    for (Path script : binaries.systemTables()) {
      lines.add(Files.readString(script));
    }
    lines.add("DELETE FROM global_priv WHERE User = 'root';");
    lines.add("DELETE FROM proxies_priv WHERE User = 'root';\n");
    return String.join("\n", lines);
  }

  private List<String> command(Path data) {
    List<String> command = new ArrayList<>();
    command.add(binaries.server().toString());
    command.add("--no-defaults");
    command.add("--datadir=" + data);
    command.add("--basedir=" + binaries.home());
    command.add("--tmpdir=" + temporary());
    if (System.getProperty("user.name").equals("root")) {
      command.add("--user=root"); // Which it refuses to be unless it is told to.
    }
    return command;
  }
}
