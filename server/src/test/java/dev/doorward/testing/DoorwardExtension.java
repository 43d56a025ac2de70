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
      shared = TestServer.start(TestMariaDb.shared());
      Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
    }
    return shared;
  }
}
