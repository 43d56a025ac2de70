package dev.doorward.verification;

import static dev.doorward.rpc.Times.toTimestamp;

/** Verifications in messages. */
public final class VerificationMessages {

  private VerificationMessages() {}

  public static dev.doorward.v1.Verification toMessage(Verification verification) {
    return builder(verification).build();
  }

  /** With the token, for the one reply that shows it. */
  static dev.doorward.v1.Verification toMessage(Verifications.Issued issued) {
    return builder(issued.verification()).setToken(issued.token().reveal()).build();
  }

  private static dev.doorward.v1.Verification.Builder builder(Verification verification) {
    dev.doorward.v1.Verification.Builder message = dev.doorward.v1.Verification.newBuilder()
        .setId(verification.id())
        .setIdentifier(verification.identifier())
        .setCreatedAt(toTimestamp(verification.createdAt()))
        .setExpiresAt(toTimestamp(verification.expiresAt()));
    if (verification.purpose() != null) {
      message.setPurpose(verification.purpose());
    }
    return message;
  }
}
