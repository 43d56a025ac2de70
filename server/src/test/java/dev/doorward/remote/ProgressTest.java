package dev.doorward.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final StringWriter written = new StringWriter();
  private final AtomicLong now = new AtomicLong();

  @Test
  void aTerminalHasOneLineThatChanges() {
    Progress progress = progress(true, OptionalLong.of(1000));

    show(progress, 1, 300, 500);
    show(progress, 2, 500, 750);
    progress.say("a line of its own");

    assertThat(written.toString())
        .isEqualTo("\r[==========          ]  50 %, 300 users, 300/s, 0:01 left"
            + "\r[===============     ]  75 %, 500 users, 250/s, 0:01 left"
            + "\r" + " ".repeat(57) + "\r"
            + "a line of its own\n");
  }

  @Test
  void theSpeedIsThatOfTheLastSeconds() {
    Progress progress = progress(false, OptionalLong.of(1_000_000));

    show(progress, 1, 100_000, 900_000);
    show(progress, 100, 100_000, 900_000);
    show(progress, 110, 100_010, 900_100);
    progress.show(new Progress.State(100_010, 900_100, true));

    assertThat(written.toString().lines())
        .containsExactly(
            " 90 %, 100000 users, 100000/s, 0:00 left",
            " 90 %, 100000 users, 0/s",
            " 90 %, 100010 users, 1/s, 2:46:30 left",
            " 90 %, 100010 users, 1/s, no connection");
    assertThat(progress.sum(100_010)).isEqualTo("1:50, 909/s");
  }

  @Test
  void nobodyKnowsHowMuchIsLeftOfWhatIsPipedIn() {
    Progress progress = progress(false, OptionalLong.empty());

    show(progress, 10, 50, 5000);

    assertThat(written).hasToString("50 users, 5/s\n");
  }

  private Progress progress(boolean terminal, OptionalLong bytes) {
    return new Progress(new PrintWriter(written, true), terminal, bytes, now::get);
  }

  private void show(Progress progress, long seconds, long users, long bytes) {
    now.set(Duration.ofSeconds(seconds).toNanos());
    progress.show(new Progress.State(users, bytes, false));
  }
}
