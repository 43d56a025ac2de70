package dev.doorward.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * What is logged, where and how. Logback finds this by itself; a file that its system property {@code
 * logback.configurationFile} names takes its place. That is not the way by default, for the reading of one takes as
 * long as a fifth of all that a start does.
 */
public final class ConsoleLog extends ContextAwareBase implements Configurator {

  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level %logger{0} %msg%n";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty("logback.configurationFile") != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    PatternLayoutEncoder text = new PatternLayoutEncoder();
    text.setPattern(PATTERN);
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setName("console");
    console.setContext(context);
    write(console, text);
    console.start();
    context.getLogger("com.zaxxer.hikari").setLevel(Level.WARN);
    // With a stack trace it tells what the call's own error says.
    context.getLogger("com.zaxxer.hikari.pool.ProxyConnection").setLevel(Level.ERROR);
    context.getLogger("org.flywaydb").setLevel(Level.WARN);
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(console);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** To standard error from the next line on, for a command that writes data to standard output. */
  public static void toStandardError() {
    turn(console -> {
      console.stop();
      console.setTarget("System.err");
      console.start();
    });
  }

  /** As an object on each line from the next one on. */
  public static void asJson() {
    turn(console -> write(console, new JsonLog()));
  }

  private static void turn(Consumer<ConsoleAppender<ILoggingEvent>> turning) {
    ((LoggerContext) LoggerFactory.getILoggerFactory())
        .getLogger(Logger.ROOT_LOGGER_NAME)
        .iteratorForAppenders()
        .forEachRemaining(appender -> {
          if (appender instanceof ConsoleAppender<ILoggingEvent> console) {
            turning.accept(console);
          }
        });
  }

  private static void write(
      ConsoleAppender<ILoggingEvent> console, EncoderBase<ILoggingEvent> form) {
    form.setContext(console.getContext());
    form.start();
    console.setEncoder(form);
  }
}
