package dev.doorward.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ServerCall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DelayedListenerTest {

  /** Writes down what it is told, and whether two things came at once. */
  private static final class Diary extends ServerCall.Listener<Integer> {
    private final List<String> entries = new ArrayList<>();
    private final AtomicInteger inside = new AtomicInteger();
    private boolean disturbed;

    @Override
    public void onMessage(Integer message) {
      write("message " + message);
    }

    @Override
    public void onHalfClose() {
      write("half close");
    }

    @Override
    public void onCancel() {
      write("cancel");
    }

    @Override
    public void onComplete() {
      write("complete");
    }

    @Override
    public void onReady() {
      write("ready");
    }

    private void write(String entry) {
      disturbed |= inside.incrementAndGet() > 1;
      entries.add(entry);
      inside.decrementAndGet();
    }
  }

  @Test
  void whatHappenedBeforeIsToldInItsOrder() {
    DelayedListener<Integer> delayed = new DelayedListener<>();
    Diary diary = new Diary();
    delayed.onReady();
    delayed.onMessage(1);
    delayed.onHalfClose();
    delayed.onCancel();

    delayed.set(diary);
    delayed.onComplete();

    assertThat(diary.entries)
        .containsExactly("ready", "message 1", "half close", "cancel", "complete");
  }

  @Test
  void nothingOvertakesNothingIsLostAndNothingComesTwiceOrAtOnce() throws InterruptedException {
    int count = 500;
    for (int round = 0; round < 500; round++) {
      DelayedListener<Integer> delayed = new DelayedListener<>();
      Diary diary = new Diary();
      // The network's thread, which tells one thing after the other, and the one that has found the
      // listener.
      Thread network = new Thread(() -> IntStream.range(0, count).forEach(delayed::onMessage));
      Thread finder = new Thread(() -> delayed.set(diary));
      network.start();
      finder.start();
      network.join();
      finder.join();

      assertThat(diary.entries)
          .isEqualTo(IntStream.range(0, count).mapToObj(i -> "message " + i).toList());
      assertThat(diary.disturbed).isFalse();
    }
  }

  @Test
  void whatTheListenerCausesComesAfterWhatHadWaited() {
    DelayedListener<Integer> delayed = new DelayedListener<>();
    List<Integer> told = new ArrayList<>();
    delayed.onMessage(1);
    delayed.onMessage(2);

    delayed.set(new ServerCall.Listener<>() {
      @Override
      public void onMessage(Integer message) {
        told.add(message);
        if (message == 1) {
          delayed.onMessage(3);
        }
      }
    });

    assertThat(told).containsExactly(1, 2, 3);
  }
}
