package dev.doorward.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class ConsoleLogTest {

  private static final String FILE = "logback.configurationFile";

  private final LoggerContext context = new LoggerContext();

  @Test
  void logbackFindsIt() {
    assertThat(ServiceLoader.load(Configurator.class)).hasAtLeastOneElementOfType(ConsoleLog.class);
    assertThat(consoleOf((LoggerContext) LoggerFactory.getILoggerFactory())).isNotNull();
  }

  @Test
  void aLineHasTheTimeInUtcTheLevelTheShortNameAndTheMessage() {
    assertThat(new ConsoleLog().configure(context))
        .isEqualTo(ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);

    LoggingEvent event = new LoggingEvent(
        "", context.getLogger("dev.doorward.Some"), Level.WARN, "it is {}", null, new Object[] {1});
    event.setTimeStamp(1_764_201_600_007L);
    assertThat(new String(consoleOf(context).getEncoder().encode(event), StandardCharsets.UTF_8))
        .isEqualTo("2025-11-27T00:00:00.007Z WARN  Some it is 1" + System.lineSeparator());
  }

  @Test
  void librariesThatTellMuchAreHeardWhenTheyWarn() {
    new ConsoleLog().configure(context);

    assertThat(context.getLogger("dev.doorward.Some").isDebugEnabled()).isFalse();
    assertThat(context.getLogger("dev.doorward.Some").isInfoEnabled()).isTrue();
    assertThat(context.getLogger("com.zaxxer.hikari.pool.HikariPool").isInfoEnabled())
        .isFalse();
    assertThat(context.getLogger("com.zaxxer.hikari.pool.HikariPool").isWarnEnabled())
        .isTrue();
    assertThat(context.getLogger("com.zaxxer.hikari.pool.ProxyConnection").isWarnEnabled())
        .isFalse();
    assertThat(context.getLogger("org.flywaydb.core.Flyway").isInfoEnabled()).isFalse();
  }

  @Test
  void aFileOfTheOperatorsTakesItsPlace() {
    System.setProperty(FILE, "/etc/doorward/logback.xml");
    try {
      assertThat(new ConsoleLog().configure(context)).isEqualTo(ExecutionStatus.INVOKE_NEXT_IF_ANY);
      assertThat(consoleOf(context)).isNull();
    } finally {
      System.clearProperty(FILE);
    }
  }

  private static ConsoleAppender<ILoggingEvent> consoleOf(LoggerContext context) {
    return (ConsoleAppender<ILoggingEvent>)
        context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("console");
  }
}
