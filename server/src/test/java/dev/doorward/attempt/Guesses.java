package dev.doorward.attempt;

import static dev.doorward.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.RetryInfo;
import dev.doorward.error.Reason;
import dev.doorward.testing.Given;
import dev.doorward.testing.Refusals;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignInResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** Somebody at an address who signs in, or tries to. */
record Guesses(TestServer server, String ipAddress) {

  static Guesses at(TestServer server) {
    return new Guesses(server, "");
  }

  Guesses from(String otherAddress) {
    return new Guesses(server, otherAddress);
  }

  SignInResponse signIn(String email) {
    return signIn(email, Given.PASSWORD);
  }

  /** A wrong password that was looked at. */
  void wrong(String email) {
    assertRefused(
        Status.Code.INVALID_ARGUMENT,
        Reason.INVALID_CREDENTIALS,
        () -> signIn(email, Given.WRONG_PASSWORD));
  }

  void wrong(String email, int times) {
    for (int i = 0; i < times; i++) {
      wrong(email);
    }
  }

  /** A password, though it is the right one, that is not looked at; and for how many seconds that will be so. */
  long mustWait(String email) {
    StatusRuntimeException refusal = Refusals.refusal(() -> signIn(email));
    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(Refusals.reason(refusal)).isEqualTo(Reason.TOO_MANY_ATTEMPTS);
    return Refusals.detail(refusal, RetryInfo.class)
        .orElseThrow()
        .getRetryDelay()
        .getSeconds();
  }

  void needsANewPassword(String email) {
    assertRefused(
        Status.Code.FAILED_PRECONDITION, Reason.PASSWORD_RESET_REQUIRED, () -> signIn(email));
  }

  private SignInResponse signIn(String email, String password) {
    return server
        .passwords()
        .signIn(SignInRequest.newBuilder()
            .setEmail(email)
            .setPassword(password)
            .setClientContext(ClientContext.newBuilder().setIpAddress(ipAddress))
            .build());
  }
}
