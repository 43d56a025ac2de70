package dev.doorward.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.doorward.testing.Await;
import io.grpc.ServerCall;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class DelayedListenerTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final List<String> heard = new CopyOnWriteArrayList<>();

  @Test
  void whatWasHeardBeforeAndAfterIsPassedOnInItsOrder() {
    DelayedListener<String> delayed = new DelayedListener<>();
    delayed.onReady();
    delayed.onMessage("first");

    delayed.start(new Notes());
    delayed.onMessage("second");
    delayed.onHalfClose();
    delayed.onComplete();

    assertThat(heard).containsExactly("ready", "first", "second", "half-close", "complete");
  }

  @Test
  void whoHearsNeverWaitsForTheService() throws InterruptedException {
    CountDownLatch working = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    DelayedListener<String> delayed = new DelayedListener<>();
    delayed.onHalfClose();
    Thread service = new Thread(() -> delayed.start(new Notes() {
      @Override
      public void onHalfClose() {
        working.countDown();
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
        super.onHalfClose();
      }
    }));
    service.setDaemon(true);
    service.start();
    working.await();

    Thread network = new Thread(delayed::onCancel);
    network.setDaemon(true);
    network.start();
    Await.until(LIMIT, "it has been heard", () -> !network.isAlive());
    assertThat(heard).isEmpty();
    goOn.countDown();

    Await.until(LIMIT, "both are passed on", () -> heard.size() == 2);
    assertThat(heard).containsExactly("half-close", "cancel");
  }

  private class Notes extends ServerCall.Listener<String> {

    @Override
    public void onReady() {
      heard.add("ready");
    }

    @Override
    public void onMessage(String message) {
      heard.add(message);
    }

    @Override
    public void onHalfClose() {
      heard.add("half-close");
    }

    @Override
    public void onComplete() {
      heard.add("complete");
    }

    @Override
    public void onCancel() {
      heard.add("cancel");
    }
  }
}
