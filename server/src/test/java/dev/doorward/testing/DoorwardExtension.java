package dev.doorward.testing;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands the {@link TestServer} that all harmless tests share to whoever has one as a parameter. */
public final class DoorwardExtension implements ParameterResolver {

  private static TestServer shared;

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestServer.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return shared();
  }

  private static synchronized TestServer shared() {
    if (shared == null) {
      // It tells all there is to tell, and traces every call, so that the search for secrets sees
      // it.
      shared = TestServer.start(
          TestMariaDb.shared(),
          "admin.port",
          "0",
          "telemetry.otlp-endpoint",
          OtlpCollector.forgetful().endpoint(),
          "telemetry.interval",
          "1s",
          "telemetry.trace-ratio",
          "1");
      TestMariaDb.sharedElsewhere().forEach(shared::isJoinedAt);
      Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
    }
    return shared;
  }
}
