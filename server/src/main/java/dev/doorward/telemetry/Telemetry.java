package dev.doorward.telemetry;

import dev.doorward.database.StatementWatch;
import io.opentelemetry.api.OpenTelemetry;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What the server tells of itself: metrics to whoever asks the admin address for them, metrics and traces to an OpenTelemetry
 * collector. Without either, nothing of OpenTelemetry is even loaded, which would take a start a tenth of its time.
 */
public final class Telemetry implements AutoCloseable {

  private final Optional<Exports> exports;
  private final boolean tracing;

  private Telemetry(Optional<Exports> exports, boolean tracing) {
    this.exports = exports;
    this.tracing = tracing;
  }

  /** Begins to answer at the admin address, which is not ready yet, and to send. */
  public static Telemetry start(AdminConfig admin, TelemetryConfig config) {
    boolean tracing = config.otlpEndpoint().isPresent();
    return tracing || admin.port().isPresent()
        ? new Telemetry(Optional.of(Exports.start(admin, config)), tracing)
        : off();
  }

  /** Nothing, to nobody. */
  public static Telemetry off() {
    return new Telemetry(Optional.empty(), false);
  }

  /** Where the server's calls are counted and timed, if anybody wants to know. */
  public Optional<OpenTelemetry> openTelemetry() {
    return exports.map(Exports::openTelemetry);
  }

  /** Whether calls belong to traces. */
  public boolean tracing() {
    return tracing;
  }

  /** The work as a part of the trace that the present thread works for, on whichever thread it will run. */
  public Runnable carry(Runnable work) {
    return tracing ? Exports.carry(work) : work;
  }

  /** Where figures are shown, if anybody wants to see them. */
  public Optional<Figures> figures() {
    return exports.map(Exports::figures);
  }

  /** Adds to what is done with every statement. */
  public StatementWatch statements(StatementWatch first) {
    return exports.map(exports -> first.and(exports.statements())).orElse(first);
  }

  /** What {@code /readyz} says from now on. */
  public void readyWhen(BooleanSupplier ready) {
    exports.ifPresent(exports -> exports.readyWhen(ready));
  }

  /** The port of the admin address. */
  public Optional<Integer> adminPort() {
    return exports.flatMap(Exports::adminPort);
  }

  /** Sends what was not sent yet. */
  @Override
  public void close() {
    exports.ifPresent(Exports::close);
  }
}
