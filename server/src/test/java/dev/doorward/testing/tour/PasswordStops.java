package dev.doorward.testing.tour;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorward.testing.Given;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.ChangePasswordRequest;
import dev.doorward.v1.CheckPasswordResetRequest;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.CompletePasswordResetRequest;
import dev.doorward.v1.RequestPasswordResetRequest;
import dev.doorward.v1.SetPasswordRequest;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import dev.doorward.v1.VerifyPasswordRequest;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** The calls about passwords. */
final class PasswordStops {

  private final TestServer server;

  PasswordStops(TestServer server) {
    this.server = server;
  }

  void addTo(Map<String, Supplier<Runnable>> stops) {
    stops.put("SignUp", () -> () -> server.given().signedUp());
    stops.put("SignUp with request_id", () -> {
      SignUpRequest request = SignUpRequest.newBuilder()
          .setEmail(Given.freeEmail())
          .setPassword(Given.PASSWORD)
          .setRequestId(UUID.randomUUID().toString())
          .build();
      return () -> server.passwords().signUp(request);
    });
    stops.put("SignIn", () -> {
      SignUpResponse somebody = server.given().signedUp();
      return () -> server
          .passwords()
          .signIn(SignInRequest.newBuilder()
              .setEmail(somebody.getUser().getEmail())
              .setPassword(Given.PASSWORD)
              .build());
    });
    stops.put("SignIn with an ip_address", () -> {
      SignUpResponse somebody = server.given().signedUp();
      return () -> server
          .passwords()
          .signIn(SignInRequest.newBuilder()
              .setEmail(somebody.getUser().getEmail())
              .setPassword(Given.PASSWORD)
              .setClientContext(ClientContext.newBuilder().setIpAddress("192.0.2.1"))
              .build());
    });
    stops.put("SignIn, a wrong password", () -> {
      SignUpResponse somebody = server.given().signedUp();
      return () -> signInWrongly(somebody.getUser().getEmail());
    });
    stops.put("SignIn, nobody's address", () -> () -> signInWrongly(Given.freeEmail()));
    stops.put("SignIn, too many attempts", () -> {
      SignUpResponse somebody = server.given().signedUp();
      for (int i = 0; i < 10; i++) {
        signInWrongly(somebody.getUser().getEmail());
      }
      return () -> signInWrongly(somebody.getUser().getEmail());
    });
    stops.put("VerifyPassword", () -> {
      SignUpResponse somebody = server.given().signedUp();
      return () -> server
          .passwords()
          .verifyPassword(VerifyPasswordRequest.newBuilder()
              .setUserId(somebody.getUser().getId())
              .setPassword(Given.PASSWORD)
              .build());
    });
    stops.put("ChangePassword", () -> {
      SignUpResponse somebody = server.given().signedUp();
      return () -> server
          .passwords()
          .changePassword(ChangePasswordRequest.newBuilder()
              .setUserId(somebody.getUser().getId())
              .setCurrentPassword(Given.PASSWORD)
              .setNewPassword("another good password")
              .build());
    });
    stops.put("SetPassword", () -> {
      SignUpResponse somebody = server.given().signedUp();
      return () -> server
          .passwords()
          .setPassword(SetPasswordRequest.newBuilder()
              .setUserId(somebody.getUser().getId())
              .setNewPassword("another good password")
              .build());
    });
    stops.put("SetPassword, the first", () -> {
      User user = server.given().user();
      return () -> server
          .passwords()
          .setPassword(SetPasswordRequest.newBuilder()
              .setUserId(user.getId())
              .setNewPassword("another good password")
              .build());
    });
    resets(stops);
  }

  private void resets(Map<String, Supplier<Runnable>> stops) {
    stops.put("RequestPasswordReset", () -> {
      String email = server.given().signedUp().getUser().getEmail();
      return () -> server.given().passwordReset(email);
    });
    stops.put(
        "RequestPasswordReset, nobody's address",
        () -> () -> server.given().passwordReset(Given.freeEmail()));
    stops.put("RequestPasswordReset with an ip_address and a request_id", () -> {
      RequestPasswordResetRequest request = requestOnce();
      return () -> server.passwords().requestPasswordReset(request);
    });
    stops.put("RequestPasswordReset, repeated", () -> {
      RequestPasswordResetRequest request = requestOnce();
      server.passwords().requestPasswordReset(request);
      return () -> server.passwords().requestPasswordReset(request);
    });
    stops.put("RequestPasswordReset, too many", () -> {
      String email = Given.freeEmail();
      for (int i = 0; i < 5; i++) {
        server.given().passwordReset(email);
      }
      return () -> assertThatThrownBy(() -> server.given().passwordReset(email))
          .isInstanceOf(StatusRuntimeException.class);
    });
    stops.put("CheckPasswordReset", () -> {
      String token =
          server.given().passwordReset(server.given().signedUp().getUser().getEmail());
      return () -> server
          .passwords()
          .checkPasswordReset(
              CheckPasswordResetRequest.newBuilder().setToken(token).build());
    });
    stops.put("CompletePasswordReset", () -> {
      User user = server.given().verifiedUser();
      server.passwords().setPassword(setPassword(user));
      server.given().session(user);
      return completeReset(user);
    });
    stops.put("CompletePasswordReset, the first proof of the address", () -> {
      User user = server.given().signedUp().getUser();
      return completeReset(user);
    });
  }

  private RequestPasswordResetRequest requestOnce() {
    return RequestPasswordResetRequest.newBuilder()
        .setEmail(server.given().signedUp().getUser().getEmail())
        .setClientContext(ClientContext.newBuilder().setIpAddress("192.0.2.1"))
        .setRequestId(UUID.randomUUID().toString())
        .build();
  }

  private Runnable completeReset(User user) {
    CompletePasswordResetRequest request = CompletePasswordResetRequest.newBuilder()
        .setToken(server.given().passwordReset(user.getEmail()))
        .setNewPassword("another good password")
        .build();
    return () -> server.passwords().completePasswordReset(request);
  }

  private static SetPasswordRequest setPassword(User user) {
    return SetPasswordRequest.newBuilder()
        .setUserId(user.getId())
        .setNewPassword(Given.PASSWORD)
        .build();
  }

  private void signInWrongly(String email) {
    SignInRequest request =
        SignInRequest.newBuilder().setEmail(email).setPassword("a wrong one").build();
    assertThatThrownBy(() -> server.passwords().signIn(request))
        .isInstanceOf(StatusRuntimeException.class);
  }
}
