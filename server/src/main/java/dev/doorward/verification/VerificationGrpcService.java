package dev.doorward.verification;

import static dev.doorward.rpc.Replies.reply;
import static dev.doorward.verification.VerificationMessages.toMessage;

import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.database.Ids;
import dev.doorward.rpc.Fields;
import dev.doorward.v1.CheckVerificationRequest;
import dev.doorward.v1.CheckVerificationResponse;
import dev.doorward.v1.ConsumeVerificationRequest;
import dev.doorward.v1.ConsumeVerificationResponse;
import dev.doorward.v1.CreateVerificationRequest;
import dev.doorward.v1.CreateVerificationResponse;
import dev.doorward.v1.VerificationServiceGrpc.VerificationServiceImplBase;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** {@link Verifications} over gRPC. */
public final class VerificationGrpcService extends VerificationServiceImplBase {

  private static final int MAX_IDENTIFIER = 255;
  private static final Duration MAX_LIFETIME = Duration.ofDays(30);

  private final Verifications verifications;

  public VerificationGrpcService(Verifications verifications) {
    this.verifications = verifications;
  }

  @Override
  public void createVerification(
      CreateVerificationRequest request, StreamObserver<CreateVerificationResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(request.getClientContext());
    NewVerification wanted = wanted(fields, request);
    Optional<RequestId> requestId = fields.requestId(request, request.getRequestId());
    fields.check();

    Verifications.Issued issued = verifications.create(origin, requestId, wanted);

    reply(
        observer,
        CreateVerificationResponse.newBuilder()
            .setVerification(toMessage(issued))
            .build());
  }

  @Override
  public void checkVerification(
      CheckVerificationRequest request, StreamObserver<CheckVerificationResponse> observer) {
    Fields fields = new Fields();
    String identifier = fields.required("identifier", request.getIdentifier());
    Purpose purpose = fields.parsed("purpose", request.getPurpose(), Purpose::parse);
    String token = fields.required("token", request.getToken());
    fields.check();

    Verification verification = verifications.check(identifier, purpose, OneTimeToken.of(token));

    reply(
        observer,
        CheckVerificationResponse.newBuilder()
            .setVerification(toMessage(verification))
            .build());
  }

  @Override
  public void consumeVerification(
      ConsumeVerificationRequest request, StreamObserver<ConsumeVerificationResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(request.getClientContext());
    String identifier = fields.required("identifier", request.getIdentifier());
    Purpose purpose = fields.parsed("purpose", request.getPurpose(), Purpose::parse);
    String token = fields.required("token", request.getToken());
    fields.check();

    Verification verification =
        verifications.consume(origin, identifier, purpose, OneTimeToken.of(token));

    reply(
        observer,
        ConsumeVerificationResponse.newBuilder()
            .setVerification(toMessage(verification))
            .build());
  }

  private static NewVerification wanted(Fields fields, CreateVerificationRequest request) {
    fields.required("identifier", request.getIdentifier());
    String identifier = fields.text("identifier", request.getIdentifier(), MAX_IDENTIFIER);
    Purpose purpose = fields.parsed("purpose", request.getPurpose(), Purpose::parse);
    Instant expiresAt = fields.time("expires_at", request.hasExpiresAt(), request.getExpiresAt());
    Instant now = Instant.now();
    if (expiresAt != null
        && !(expiresAt.isAfter(now) && expiresAt.isBefore(now.plus(MAX_LIFETIME)))) {
      fields.violation("expires_at", expiresAt + " (expected: a moment within 30 days from now)");
    }
    OneTimeToken token = request.getToken().isEmpty()
        ? OneTimeToken.generate(Purpose.CALLERS_PREFIX)
        : fields.secret("token", request.getToken(), OneTimeToken::parse);
    return new NewVerification(
        Ids.generate(), identifier, purpose, token, Optional.ofNullable(expiresAt));
  }
}
