package dev.doorward.testing.tour;

import dev.doorward.testing.Given;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CheckEmailChangeRequest;
import dev.doorward.v1.CheckEmailVerificationRequest;
import dev.doorward.v1.CheckVerificationRequest;
import dev.doorward.v1.CompleteEmailChangeRequest;
import dev.doorward.v1.CompleteEmailVerificationRequest;
import dev.doorward.v1.ConsumeVerificationRequest;
import dev.doorward.v1.CreateVerificationRequest;
import dev.doorward.v1.User;
import dev.doorward.v1.Verification;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** The calls about one-time tokens. */
final class VerificationStops {

  private final TestServer server;

  VerificationStops(TestServer server) {
    this.server = server;
  }

  void addTo(Map<String, Supplier<Runnable>> stops) {
    stops.put(
        "CreateVerification",
        () -> () -> server.given().verification(Given.freeEmail(), "sign-in"));
    stops.put("CreateVerification with request_id", () -> {
      CreateVerificationRequest request = createOnce();
      return () -> server.verifications().createVerification(request);
    });
    stops.put("CreateVerification, repeated", () -> {
      CreateVerificationRequest request = createOnce();
      server.verifications().createVerification(request);
      return () -> server.verifications().createVerification(request);
    });
    stops.put("CheckVerification", () -> {
      Verification given = server.given().verification(Given.freeEmail(), "sign-in");
      return () -> server
          .verifications()
          .checkVerification(CheckVerificationRequest.newBuilder()
              .setIdentifier(given.getIdentifier())
              .setPurpose(given.getPurpose())
              .setToken(given.getToken())
              .build());
    });
    stops.put("ConsumeVerification", () -> {
      Verification given = server.given().verification(Given.freeEmail(), "sign-in");
      return () -> server
          .verifications()
          .consumeVerification(ConsumeVerificationRequest.newBuilder()
              .setIdentifier(given.getIdentifier())
              .setPurpose(given.getPurpose())
              .setToken(given.getToken())
              .build());
    });
    emails(stops);
  }

  private void emails(Map<String, Supplier<Runnable>> stops) {
    stops.put("RequestEmailVerification", () -> {
      User user = server.given().user();
      return () -> server.given().emailVerification(user);
    });
    stops.put("CheckEmailVerification", () -> {
      CheckEmailVerificationRequest request = CheckEmailVerificationRequest.newBuilder()
          .setToken(server.given().emailVerification(server.given().user()))
          .build();
      return () -> server.verifications().checkEmailVerification(request);
    });
    stops.put("CompleteEmailVerification", () -> {
      User user = server.given().signedUp().getUser();
      CompleteEmailVerificationRequest request = CompleteEmailVerificationRequest.newBuilder()
          .setToken(server.given().emailVerification(user))
          .setSignedInUserId(user.getId())
          .build();
      return () -> server.verifications().completeEmailVerification(request);
    });
    stops.put("CompleteEmailVerification by somebody who is not signed in", () -> {
      User user = server.given().signedUp().getUser();
      CompleteEmailVerificationRequest request = CompleteEmailVerificationRequest.newBuilder()
          .setToken(server.given().emailVerification(user))
          .build();
      return () -> server.verifications().completeEmailVerification(request);
    });
    stops.put("RequestEmailChange", () -> {
      User user = server.given().user();
      return () -> server.given().emailChange(user, Given.freeEmail());
    });
    stops.put("CheckEmailChange", () -> {
      CheckEmailChangeRequest request = CheckEmailChangeRequest.newBuilder()
          .setToken(server.given().emailChange(server.given().user(), Given.freeEmail()))
          .build();
      return () -> server.verifications().checkEmailChange(request);
    });
    stops.put("CompleteEmailChange", () -> {
      User user = server.given().user();
      CompleteEmailChangeRequest request = CompleteEmailChangeRequest.newBuilder()
          .setToken(server.given().emailChange(user, Given.freeEmail()))
          .setSignedInUserId(user.getId())
          .build();
      return () -> server.verifications().completeEmailChange(request);
    });
  }

  private static CreateVerificationRequest createOnce() {
    return CreateVerificationRequest.newBuilder()
        .setIdentifier(Given.freeEmail())
        .setPurpose("sign-in")
        .setRequestId(UUID.randomUUID().toString())
        .build();
  }
}
