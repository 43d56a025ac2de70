package dev.doorward.testing.tour;

import dev.doorward.testing.Given;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.CheckVerificationRequest;
import dev.doorward.v1.ConsumeVerificationRequest;
import dev.doorward.v1.CreateVerificationRequest;
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
  }

  private static CreateVerificationRequest createOnce() {
    return CreateVerificationRequest.newBuilder()
        .setIdentifier(Given.freeEmail())
        .setPurpose("sign-in")
        .setRequestId(UUID.randomUUID().toString())
        .build();
  }
}
