package dev.doorward.client;

import dev.doorward.v1.AccountServiceGrpc;
import dev.doorward.v1.CallerServiceGrpc;
import dev.doorward.v1.EventServiceGrpc;
import dev.doorward.v1.PasswordServiceGrpc;
import dev.doorward.v1.SessionServiceGrpc;
import dev.doorward.v1.UserServiceGrpc;
import dev.doorward.v1.VerificationServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What the channel is told about each method: how long a call may take, and whether to try it again. */
final class ServiceConfig {

  static final List<ServiceDescriptor> SERVICES = List.of(
      UserServiceGrpc.getServiceDescriptor(),
      SessionServiceGrpc.getServiceDescriptor(),
      AccountServiceGrpc.getServiceDescriptor(),
      PasswordServiceGrpc.getServiceDescriptor(),
      VerificationServiceGrpc.getServiceDescriptor(),
      EventServiceGrpc.getServiceDescriptor(),
      CallerServiceGrpc.getServiceDescriptor());

  /** Done twice, each of these leaves what doing it once leaves. */
  static final Set<MethodDescriptor<?, ?>> REPEATABLE = Set.of(
      // They read.
      UserServiceGrpc.getGetUserMethod(),
      UserServiceGrpc.getBatchGetUsersMethod(),
      UserServiceGrpc.getListUsersMethod(),
      SessionServiceGrpc.getValidateSessionMethod(),
      SessionServiceGrpc.getBatchValidateSessionsMethod(),
      SessionServiceGrpc.getGetFeedHeadMethod(),
      SessionServiceGrpc.getGetSessionMethod(),
      SessionServiceGrpc.getListSessionsMethod(),
      AccountServiceGrpc.getGetAccountMethod(),
      AccountServiceGrpc.getListAccountsMethod(),
      PasswordServiceGrpc.getCheckPasswordResetMethod(),
      VerificationServiceGrpc.getCheckVerificationMethod(),
      VerificationServiceGrpc.getCheckEmailVerificationMethod(),
      VerificationServiceGrpc.getCheckEmailChangeMethod(),
      EventServiceGrpc.getListEventsMethod(),
      CallerServiceGrpc.getListCallerKeysMethod(),
      // It reads too. What another hash costs the server is bounded by the throttling.
      PasswordServiceGrpc.getVerifyPasswordMethod(),

      // They say what shall be, whatever was.
      UserServiceGrpc.getUpdateUserMethod(),
      UserServiceGrpc.getDisableUserMethod(),
      UserServiceGrpc.getEnableUserMethod(),
      SessionServiceGrpc.getUpdateSessionMethod(),
      SessionServiceGrpc.getRevokeUserSessionsMethod(),
      AccountServiceGrpc.getUpdateAccountMethod(),
      PasswordServiceGrpc.getSetPasswordMethod(),

      // By their request_id the server knows the second attempt from a second request.
      UserServiceGrpc.getCreateUserMethod(),
      SessionServiceGrpc.getCreateSessionMethod(),
      AccountServiceGrpc.getLinkAccountMethod(),
      AccountServiceGrpc.getSignInWithAccountMethod(),
      AccountServiceGrpc.getSignInWithIdTokenMethod(),
      PasswordServiceGrpc.getSignUpMethod(),
      PasswordServiceGrpc.getSignInMethod(),
      PasswordServiceGrpc.getRequestPasswordResetMethod(),
      VerificationServiceGrpc.getCreateVerificationMethod(),
      VerificationServiceGrpc.getRequestEmailVerificationMethod(),
      VerificationServiceGrpc.getRequestEmailChangeMethod(),
      CallerServiceGrpc.getCreateCallerKeyMethod());

  /** Done twice, each of these is refused the second time, and a caller would take success for failure. */
  static final Set<MethodDescriptor<?, ?>> ONCE = Set.of(
      // NOT_FOUND. With allow_missing they could be repeated, but a service config does not see a
      // request.
      UserServiceGrpc.getDeleteUserMethod(),
      SessionServiceGrpc.getRevokeSessionMethod(),
      AccountServiceGrpc.getUnlinkAccountMethod(),
      CallerServiceGrpc.getRevokeCallerKeyMethod(),
      // INVALID_CREDENTIALS: the current password is the former one by then.
      PasswordServiceGrpc.getChangePasswordMethod(),
      // VERIFICATION_NOT_FOUND: the token is used up by then.
      PasswordServiceGrpc.getCompletePasswordResetMethod(),
      VerificationServiceGrpc.getConsumeVerificationMethod(),
      VerificationServiceGrpc.getCompleteEmailVerificationMethod(),
      VerificationServiceGrpc.getCompleteEmailChangeMethod());

  /** These go on for as long as there is something to send; whoever loses one begins another. */
  static final Set<MethodDescriptor<?, ?>> STREAMS = Set.of(
      SessionServiceGrpc.getWatchRevocationsMethod(),
      EventServiceGrpc.getWatchEventsMethod(),
      UserServiceGrpc.getExportUserDataMethod(),
      UserServiceGrpc.getExportUsersMethod(),
      UserServiceGrpc.getImportUsersMethod());

  static final int MAX_ATTEMPTS = 4;

  private static final Map<String, ?> RETRY_POLICY = Map.of(
      "maxAttempts",
      (double) MAX_ATTEMPTS,
      "initialBackoff",
      "0.1s",
      "maxBackoff",
      "1s",
      "backoffMultiplier",
      2.0,
      // The server's word that nothing was changed, or that nobody knows; or there is no server.
      // No word of a server's is UNKNOWN, but gRPC's for a lost connection: see LostConnections.
      "retryableStatusCodes",
      List.of("UNAVAILABLE", "UNKNOWN"));

  /** 50 failures in a row stop all repetition; in the long run, one call in ten may be a repetition. */
  private static final Map<String, ?> RETRY_THROTTLING =
      Map.of("maxTokens", 100.0, "tokenRatio", 0.1);

  private ServiceConfig() {}

  /** The JSON of a grpc.service_config.ServiceConfig, in the form that the channel's builder asks for. */
  static Map<String, ?> withTimeout(Duration timeout) {
    List<Map<String, ?>> methods = SERVICES.stream()
        .flatMap(service -> service.getMethods().stream())
        .<Map<String, ?>>map(method -> methodConfig(method, timeout))
        .toList();
    return Map.of("methodConfig", methods, "retryThrottling", RETRY_THROTTLING);
  }

  private static Map<String, ?> methodConfig(MethodDescriptor<?, ?> method, Duration timeout) {
    Map<String, Object> config = new HashMap<>();
    config.put(
        "name",
        List.of(Map.of("service", method.getServiceName(), "method", method.getBareMethodName())));
    if (!STREAMS.contains(method)) {
      config.put(
          "timeout",
          String.format(Locale.ROOT, "%d.%09ds", timeout.getSeconds(), timeout.getNano()));
    }
    if (REPEATABLE.contains(method)) {
      config.put("retryPolicy", RETRY_POLICY);
    }
    return config;
  }
}
