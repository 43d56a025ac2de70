package dev.doorward.verification;

import static dev.doorward.rpc.Replies.reply;
import static dev.doorward.rpc.Times.toTimestamp;
import static dev.doorward.verification.VerificationMessages.toMessage;

import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.database.Ids;
import dev.doorward.rpc.Fields;
import dev.doorward.user.Email;
import dev.doorward.user.UserFields;
import dev.doorward.user.UserMessages;
import dev.doorward.v1.CheckEmailChangeRequest;
import dev.doorward.v1.CheckEmailChangeResponse;
import dev.doorward.v1.CheckEmailVerificationRequest;
import dev.doorward.v1.CheckEmailVerificationResponse;
import dev.doorward.v1.CheckVerificationRequest;
import dev.doorward.v1.CheckVerificationResponse;
import dev.doorward.v1.CompleteEmailChangeRequest;
import dev.doorward.v1.CompleteEmailChangeResponse;
import dev.doorward.v1.CompleteEmailVerificationRequest;
import dev.doorward.v1.CompleteEmailVerificationResponse;
import dev.doorward.v1.ConsumeVerificationRequest;
import dev.doorward.v1.ConsumeVerificationResponse;
import dev.doorward.v1.CreateVerificationRequest;
import dev.doorward.v1.CreateVerificationResponse;
import dev.doorward.v1.RequestEmailChangeRequest;
import dev.doorward.v1.RequestEmailChangeResponse;
import dev.doorward.v1.RequestEmailVerificationRequest;
import dev.doorward.v1.RequestEmailVerificationResponse;
import dev.doorward.v1.VerificationServiceGrpc.VerificationServiceImplBase;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** {@link Verifications}, {@link EmailVerifications} and {@link EmailChanges} over gRPC. */
public final class VerificationGrpcService extends VerificationServiceImplBase {

  private static final int MAX_IDENTIFIER = 255;
  private static final Duration MAX_LIFETIME = Duration.ofDays(30);

  private final Verifications verifications;
  private final EmailVerifications emailVerifications;
  private final EmailChanges emailChanges;

  public VerificationGrpcService(
      Verifications verifications,
      EmailVerifications emailVerifications,
      EmailChanges emailChanges) {
    this.verifications = verifications;
    this.emailVerifications = emailVerifications;
    this.emailChanges = emailChanges;
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

  @Override
  public void requestEmailVerification(
      RequestEmailVerificationRequest request,
      StreamObserver<RequestEmailVerificationResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(request.getClientContext());
    String userId = fields.required("user_id", request.getUserId());
    Optional<RequestId> requestId = fields.requestId(request, request.getRequestId());
    fields.check();

    Verifications.Issued issued = emailVerifications.request(origin, requestId, userId);

    reply(
        observer,
        RequestEmailVerificationResponse.newBuilder()
            .setToken(issued.token().reveal())
            .setEmail(issued.verification().identifier())
            .setExpiresAt(toTimestamp(issued.verification().expiresAt()))
            .build());
  }

  @Override
  public void checkEmailVerification(
      CheckEmailVerificationRequest request,
      StreamObserver<CheckEmailVerificationResponse> observer) {
    Fields fields = new Fields();
    String token = fields.required("token", request.getToken());
    fields.check();

    OneTimeTokens.Good good = emailVerifications.check(OneTimeToken.of(token));

    reply(
        observer,
        CheckEmailVerificationResponse.newBuilder()
            .setUserId(good.userId())
            .setEmail(good.address())
            .setExpiresAt(toTimestamp(good.expiresAt()))
            .build());
  }

  @Override
  public void completeEmailVerification(
      CompleteEmailVerificationRequest request,
      StreamObserver<CompleteEmailVerificationResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(request.getClientContext());
    String token = fields.required("token", request.getToken());
    String signedIn = request.getSignedInUserId();
    fields.check();

    EmailVerifications.Done done = emailVerifications.complete(
        origin,
        OneTimeToken.of(token),
        signedIn.isEmpty() ? Optional.empty() : Optional.of(signedIn));

    reply(
        observer,
        CompleteEmailVerificationResponse.newBuilder()
            .setUser(UserMessages.toMessage(done.user()))
            .setFormerAccountsRemoved(done.formerAccountsRemoved())
            .build());
  }

  @Override
  public void requestEmailChange(
      RequestEmailChangeRequest request, StreamObserver<RequestEmailChangeResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(request.getClientContext());
    String userId = fields.required("user_id", request.getUserId());
    Email wanted = UserFields.email(fields, "new_email", request.getNewEmail());
    Optional<RequestId> requestId = fields.requestId(request, request.getRequestId());
    fields.check();

    Verifications.Issued issued = emailChanges.request(origin, requestId, userId, wanted);

    reply(
        observer,
        RequestEmailChangeResponse.newBuilder()
            .setToken(issued.token().reveal())
            .setEmail(issued.verification().identifier())
            .setExpiresAt(toTimestamp(issued.verification().expiresAt()))
            .build());
  }

  @Override
  public void checkEmailChange(
      CheckEmailChangeRequest request, StreamObserver<CheckEmailChangeResponse> observer) {
    Fields fields = new Fields();
    String token = fields.required("token", request.getToken());
    fields.check();

    OneTimeTokens.Good good = emailChanges.check(OneTimeToken.of(token));

    reply(
        observer,
        CheckEmailChangeResponse.newBuilder()
            .setUserId(good.userId())
            .setEmail(good.address())
            .setExpiresAt(toTimestamp(good.expiresAt()))
            .build());
  }

  @Override
  public void completeEmailChange(
      CompleteEmailChangeRequest request, StreamObserver<CompleteEmailChangeResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(request.getClientContext());
    String token = fields.required("token", request.getToken());
    String signedIn = fields.required("signed_in_user_id", request.getSignedInUserId());
    fields.check();

    EmailChanges.Done done = emailChanges.complete(origin, OneTimeToken.of(token), signedIn);

    reply(
        observer,
        CompleteEmailChangeResponse.newBuilder()
            .setUser(UserMessages.toMessage(done.user()))
            .setFormerEmail(done.formerEmail())
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
