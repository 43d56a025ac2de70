package dev.doorward.caller;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CreateCallerKeyResponse;
import dev.doorward.v1.ListUsersRequest;
import dev.doorward.v1.RevokeCallerKeyRequest;
import dev.doorward.v1.Role;
import dev.doorward.v1.UserServiceGrpc;
import io.grpc.StatusRuntimeException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** What the log says at its most talkative while a key is created, used, misused and revoked. */
@ExtendWith(DoorwardExtension.class)
class SecrecyTest {

  private final TestServer server;

  SecrecyTest(TestServer server) {
    this.server = server;
  }

  @Test
  void noLogEverHasAKey() {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Level before = root.getLevel();
    log.start();
    root.addAppender(log);
    root.setLevel(Level.DEBUG);
    CreateCallerKeyResponse key;
    try {
      key = server.given().callerKey(Role.ROLE_DIRECTORY);
      call(key.getKey());
      call(key.getKey() + "x");
      server
          .callers()
          .revokeCallerKey(RevokeCallerKeyRequest.newBuilder()
              .setKeyId(key.getCallerKey().getId())
              .build());
      call(key.getKey());
      LoggerFactory.getLogger(SecrecyTest.class).debug("the end");
    } finally {
      root.setLevel(before);
      root.detachAppender(log);
    }

    List<String> lines =
        List.copyOf(log.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
    assertThat(lines).contains("the end").noneMatch(line -> line.contains(key.getKey()));
  }

  private void call(String key) {
    try {
      UserServiceGrpc.newBlockingStub(server.channelWith("Bearer " + key))
          .listUsers(ListUsersRequest.newBuilder().setPageSize(1).build());
    } catch (StatusRuntimeException e) {
      assertThat(e.toString()).doesNotContain(key);
    }
  }
}
