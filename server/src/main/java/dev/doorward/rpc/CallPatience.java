package dev.doorward.rpc;

import dev.doorward.call.Patience;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import dev.doorward.telemetry.Telemetry;
import io.grpc.Context;
import io.grpc.Deadline;
import java.util.concurrent.TimeUnit;

/** Waits as long as the call does that the current thread works for: until its deadline, or until it is cancelled. */
public final class CallPatience implements Patience {

  private final Telemetry telemetry;

  public CallPatience(Telemetry telemetry) {
    this.telemetry = telemetry;
  }

  @Override
  public long nanosLeft() {
    Deadline deadline = Context.current().getDeadline();
    return deadline == null
        ? Long.MAX_VALUE
        : Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS));
  }

  @Override
  public void check() {
    Context context = Context.current();
    Deadline deadline = context.getDeadline();
    if (deadline != null && deadline.isExpired()) {
      throw Refusal.because(
          Reason.DEADLINE_EXCEEDED, "the deadline passed before the work was done");
    }
    if (context.isCancelled()) {
      throw Refusal.because(Reason.CANCELLED, "the call was cancelled");
    }
  }

  @Override
  public Watch whenOver(Runnable action) {
    Context context = Context.current();
    Context.CancellationListener listener = cancelled -> action.run();
    context.addListener(listener, Runnable::run);
    return () -> context.removeListener(listener);
  }

  @Override
  public Runnable carry(Runnable work) {
    return Context.current().wrap(telemetry.carry(work));
  }
}
