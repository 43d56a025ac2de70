package dev.doorward.database;

import dev.doorward.error.Refusal;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Room for what may not be refused when the database's disk is full: to take rights away. Some tables hold rows that mean
 * nothing. Once there is no room for more, these are deleted, and until there is some again, whatever else would take up their
 * places is refused. InnoDB keeps the pages of deleted rows for the same table, so nobody outside can take them either.
 *
 * <p>Several servers do each other no harm. One that has not noticed yet that the disk is full may take up some of the room until
 * its next look.
 */
public final class Reserve implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Reserve.class);

  /** Some MiB in a table of wide rows: places for ten thousand ordinary ones. */
  private static final List<String> TEXTS = Collections.nCopies(1 << 14, "-".repeat(64));

  private static final Duration SHORTEST = Duration.ofMillis(100);

  /**
   * The rows of a table that mean nothing, which no other statement finds.
   *
   * @param add gets a JSON array with what to fill each row with
   */
  public record Ballast(BooleanSupplier isThere, Consumer<String> add, Runnable remove) {}

  private final Database database;
  private final Turns turns = new Turns("reserve", SHORTEST, this::look);
  private volatile List<Ballast> ballast = List.of();

  /** Whether the room is given away to what is vital. */
  private final AtomicBoolean rationed = new AtomicBoolean();

  private volatile boolean needed;

  public Reserve(Database database) {
    this.database = database;
  }

  /**
   * Looks after these rows from now on.
   *
   * @param interval how often to look whether there is room again
   * @param rows the first of them are the ones by which servers that begin at once find that another was faster
   */
  public void keep(Duration interval, List<Ballast> rows) {
    ballast = List.copyOf(rows);
    look();
    turns.every(interval, interval);
  }

  /** Whether the database's disk is full, as far as this server knows, and only what takes rights away is done. */
  public boolean isRationed() {
    return rationed.get();
  }

  /**
   * Runs a statement that takes up room in a table with such rows.
   *
   * @param vital whether it may not be refused for want of room. The first one that finds none is refused all the same, and
   *     succeeds a moment later
   */
  public void use(boolean vital, Runnable statement) {
    if (rationed.get() && !vital) {
      throw SqlFaults.diskFull(null);
    }
    try {
      statement.run();
    } catch (Refusal e) {
      if (SqlFaults.isDiskFull(e)) {
        ration();
        needed = true;
        turns.soon();
      }
      throw e;
    }
  }

  private void ration() {
    if (rationed.compareAndSet(false, true)) {
      log.error(
          "The database's disk is full: until there is room again, only what takes rights away is done");
    }
  }

  /** Runs on its own thread, after the first time. */
  private void look() {
    try {
      if (needed) {
        needed = false;
        giveAway();
      } else {
        fill();
        if (rationed.compareAndSet(true, false)) {
          log.info("There is room on the database's disk again");
        }
      }
    } catch (RuntimeException e) {
      if (e instanceof Refusal refusal && SqlFaults.isDiskFull(refusal)) {
        ration();
      } else {
        log.warn("The room for revocations could not be looked after: {}", e.getMessage());
      }
    }
  }

  private void giveAway() {
    database.transaction(() -> {
      ballast.forEach(each -> each.remove().run());
      return null;
    });
  }

  private void fill() {
    List<Ballast> missing = ballast.stream()
        .filter(each -> !database.read(() -> each.isThere().getAsBoolean()))
        .toList();
    if (missing.isEmpty()) {
      return;
    }
    String texts = JsonRows.of(TEXTS);
    try {
      database.transaction(() -> {
        missing.forEach(each -> each.add().accept(texts));
        return null;
      });
    } catch (DuplicateKey e) {
      // Another server was faster.
    }
  }

  @Override
  public void close() {
    turns.close();
  }
}
