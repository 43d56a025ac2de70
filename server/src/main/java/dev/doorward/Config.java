package dev.doorward;

import dev.doorward.account.AccountConfig;
import dev.doorward.attempt.AttemptConfig;
import dev.doorward.caller.CallerConfig;
import dev.doorward.config.Settings;
import dev.doorward.database.DatabaseConfig;
import dev.doorward.database.RetentionConfig;
import dev.doorward.password.PasswordConfig;
import dev.doorward.revocation.FeedConfig;
import dev.doorward.rpc.LimitConfig;
import dev.doorward.rpc.ServerConfig;
import dev.doorward.session.SessionConfig;
import dev.doorward.telemetry.AdminConfig;
import dev.doorward.telemetry.TelemetryConfig;
import dev.doorward.verification.VerificationConfig;
import java.util.List;
import java.util.Map;

/** All settings of a server, each in the section of its feature with its default, its unit and its check. */
public record Config(
    ServerConfig server,
    AdminConfig admin,
    TelemetryConfig telemetry,
    DatabaseConfig database,
    SessionConfig sessions,
    FeedConfig feed,
    PasswordConfig passwords,
    AttemptConfig attempts,
    VerificationConfig verifications,
    RetentionConfig retention,
    AccountConfig accounts,
    CallerConfig callers,
    LimitConfig limits) {

  /** The settings that are given, the defaults for all others. */
  public static Config read(Settings settings) {
    Config config = new Config(
        ServerConfig.read(settings),
        AdminConfig.read(settings),
        TelemetryConfig.read(settings),
        DatabaseConfig.read(settings),
        SessionConfig.read(settings),
        FeedConfig.read(settings),
        PasswordConfig.read(settings),
        AttemptConfig.read(settings),
        VerificationConfig.read(settings),
        RetentionConfig.read(settings),
        AccountConfig.read(settings),
        CallerConfig.read(settings),
        LimitConfig.read(settings));
    settings.finish();
    return config;
  }

  /** Every key with its default and meaning, section by section. */
  public static List<Settings.Key> keys() {
    Settings settings = new Settings(Map.of("database.url", "jdbc:mariadb://host:3306/doorward"));
    read(settings);
    return settings.keys();
  }
}
