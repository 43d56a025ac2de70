package dev.doorward.rpc;

import com.google.common.util.concurrent.MoreExecutors;
import dev.doorward.telemetry.Telemetry;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Runs on workers whatever may wait, one thing of a call after the other. The rest is answered on the network's own thread,
 * however busy the workers are. (gRPC's own choice of an executor for each call would send every call by way of a worker.)
 */
final class OnWorkers implements ServerInterceptor {

  private final Workers workers;
  private final Set<String> inPlace;
  private final Telemetry telemetry;

  /** @param inPlace full names of the methods that never wait */
  OnWorkers(Workers workers, Set<String> inPlace, Telemetry telemetry) {
    this.workers = workers;
    this.inPlace = inPlace;
    this.telemetry = telemetry;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (inPlace.contains(call.getMethodDescriptor().getFullMethodName())) {
      return next.startCall(call, headers);
    }
    Remote<Q> remote =
        new Remote<>(call, MoreExecutors.newSequentialExecutor(Admission.executor(workers)));
    remote.run(() -> remote.listener = next.startCall(call, headers));
    return remote;
  }

  /** Passes on what happens to a call, in its order, to the listener that a worker runs. */
  private final class Remote<Q> extends Relay<Q> {

    private final ServerCall<Q, ?> call;
    private final Executor worker;
    private final Context context = Context.current();

    /** Belongs to the worker. */
    private ServerCall.Listener<Q> listener;

    private Remote(ServerCall<Q, ?> call, Executor worker) {
      this.call = call;
      this.worker = worker;
    }

    @Override
    void tell(Consumer<ServerCall.Listener<Q>> event) {
      run(() -> event.accept(listener));
    }

    private void run(Runnable work) {
      try {
        worker.execute(context.wrap(telemetry.carry(work)));
      } catch (RuntimeException e) {
        ErrorInterceptor.close(call, e);
      }
    }
  }
}
