package dev.doorward.password;

import static dev.doorward.rpc.Replies.reply;
import static dev.doorward.rpc.Replies.replyLater;
import static dev.doorward.rpc.Times.toTimestamp;

import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.database.Ids;
import dev.doorward.error.Reason;
import dev.doorward.rpc.Fields;
import dev.doorward.session.SessionMessages;
import dev.doorward.user.Email;
import dev.doorward.user.NewUser;
import dev.doorward.user.UserFields;
import dev.doorward.user.UserMessages;
import dev.doorward.v1.ChangePasswordRequest;
import dev.doorward.v1.ChangePasswordResponse;
import dev.doorward.v1.CheckPasswordResetRequest;
import dev.doorward.v1.CheckPasswordResetResponse;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.CompletePasswordResetRequest;
import dev.doorward.v1.CompletePasswordResetResponse;
import dev.doorward.v1.PasswordServiceGrpc.PasswordServiceImplBase;
import dev.doorward.v1.RequestPasswordResetRequest;
import dev.doorward.v1.RequestPasswordResetResponse;
import dev.doorward.v1.SetPasswordRequest;
import dev.doorward.v1.SetPasswordResponse;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignInResponse;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.VerifyPasswordRequest;
import dev.doorward.v1.VerifyPasswordResponse;
import dev.doorward.verification.OneTimeToken;
import dev.doorward.verification.OneTimeTokens;
import dev.doorward.verification.Verifications;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** {@link Passwords} and {@link PasswordResets} over gRPC. */
public final class PasswordGrpcService extends PasswordServiceImplBase {

  private final Passwords passwords;
  private final PasswordResets resets;
  private final BreachedPasswords breached;
  private final PasswordConfig config;

  public PasswordGrpcService(
      Passwords passwords,
      PasswordResets resets,
      BreachedPasswords breached,
      PasswordConfig config) {
    this.passwords = passwords;
    this.resets = resets;
    this.breached = breached;
    this.config = config;
  }

  @Override
  public void signUp(SignUpRequest request, StreamObserver<SignUpResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(request.getClientContext());
    Email email = UserFields.email(fields, "email", request.getEmail());
    Password password = newPassword(fields, "password", request.getPassword());
    String name = UserFields.name(fields, "name", request.getName());
    String image = UserFields.image(fields, "image", request.getImage());
    boolean remember = !request.hasRemember() || request.getRemember();
    Optional<RequestId> requestId = fields.requestId(request, request.getRequestId());
    fields.check();

    NewUser wanted = new NewUser(Ids.generate(), email, false, null, name, image, null);
    CompletionStage<Passwords.SignedIn> done =
        passwords.signUp(origin, requestId, wanted, password, remember);

    replyLater(
        observer,
        done,
        signedIn -> SignUpResponse.newBuilder()
            .setUser(UserMessages.toMessage(signedIn.user()))
            .setSession(SessionMessages.toMessage(signedIn.opened()))
            .build());
  }

  @Override
  public void signIn(SignInRequest request, StreamObserver<SignInResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(request.getClientContext());
    Email email = UserFields.email(fields, "email", request.getEmail());
    Password password = fields.secret("password", request.getPassword(), Password::parse);
    boolean remember = !request.hasRemember() || request.getRemember();
    Optional<RequestId> requestId = fields.requestId(request, request.getRequestId());
    fields.check();

    CompletionStage<Passwords.SignedIn> done =
        passwords.signIn(origin, requestId, email, password, remember);

    replyLater(
        observer,
        done,
        signedIn -> SignInResponse.newBuilder()
            .setUser(UserMessages.toMessage(signedIn.user()))
            .setSession(SessionMessages.toMessage(signedIn.opened()))
            .build());
  }

  @Override
  public void verifyPassword(
      VerifyPasswordRequest request, StreamObserver<VerifyPasswordResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(request.getClientContext());
    String userId = fields.required("user_id", request.getUserId());
    Password password = fields.secret("password", request.getPassword(), Password::parse);
    fields.check();

    CompletionStage<Void> done = passwords.verify(origin, userId, password);

    replyLater(observer, done, nothing -> VerifyPasswordResponse.getDefaultInstance());
  }

  @Override
  public void changePassword(
      ChangePasswordRequest request, StreamObserver<ChangePasswordResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(request.getClientContext());
    String userId = fields.required("user_id", request.getUserId());
    Password current =
        fields.secret("current_password", request.getCurrentPassword(), Password::parse);
    Password wanted = newPassword(fields, "new_password", request.getNewPassword());
    String kept = request.getKeepSessionId();
    fields.check();

    CompletionStage<Void> done = passwords.change(
        origin,
        userId,
        current,
        wanted,
        new Passwords.Kept(
            request.getKeepAllSessions(), kept.isEmpty() ? Optional.empty() : Optional.of(kept)));

    replyLater(observer, done, nothing -> ChangePasswordResponse.getDefaultInstance());
  }

  @Override
  public void setPassword(
      SetPasswordRequest request, StreamObserver<SetPasswordResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(ClientContext.getDefaultInstance());
    String userId = fields.required("user_id", request.getUserId());
    Password wanted = newPassword(fields, "new_password", request.getNewPassword());
    fields.check();

    CompletionStage<Void> done =
        passwords.set(origin, userId, wanted, request.getKeepAllSessions());

    replyLater(observer, done, nothing -> SetPasswordResponse.getDefaultInstance());
  }

  @Override
  public void requestPasswordReset(
      RequestPasswordResetRequest request, StreamObserver<RequestPasswordResetResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(request.getClientContext());
    Email email = UserFields.email(fields, "email", request.getEmail());
    Optional<RequestId> requestId = fields.requestId(request, request.getRequestId());
    fields.check();

    Verifications.Issued issued = resets.request(origin, requestId, email);

    reply(
        observer,
        RequestPasswordResetResponse.newBuilder()
            .setToken(issued.token().reveal())
            .setEmail(email.value())
            .setExpiresAt(toTimestamp(issued.verification().expiresAt()))
            .build());
  }

  @Override
  public void checkPasswordReset(
      CheckPasswordResetRequest request, StreamObserver<CheckPasswordResetResponse> observer) {
    Fields fields = new Fields();
    String token = fields.required("token", request.getToken());
    fields.check();

    OneTimeTokens.Good good = resets.check(OneTimeToken.of(token));

    reply(
        observer,
        CheckPasswordResetResponse.newBuilder()
            .setUserId(good.userId())
            .setEmail(good.address())
            .setExpiresAt(toTimestamp(good.expiresAt()))
            .build());
  }

  @Override
  public void completePasswordReset(
      CompletePasswordResetRequest request,
      StreamObserver<CompletePasswordResetResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(request.getClientContext());
    String token = fields.required("token", request.getToken());
    Password wanted = newPassword(fields, "new_password", request.getNewPassword());
    fields.check();

    CompletionStage<PasswordResets.Done> done =
        resets.complete(origin, OneTimeToken.of(token), wanted);

    replyLater(
        observer,
        done,
        reset -> CompletePasswordResetResponse.newBuilder()
            .setUser(UserMessages.toMessage(reset.user()))
            .setFormerAccountsRemoved(reset.formerAccountsRemoved())
            .build());
  }

  /** A password that is to be kept has to be long enough and known to nobody; one that is only checked does not. */
  private Password newPassword(Fields fields, String field, String value) {
    Password password = fields.secret(field, value, Password::parse);
    if (password != null
        && (password.length() < config.minLength() || password.length() > config.maxLength())) {
      fields.violation(
          field,
          password.length() + " characters (expected: " + config.minLength() + " to "
              + config.maxLength() + ")");
    } else if (password != null && breached.contains(password)) {
      fields.violation(
          field,
          "known from breaches of other services (expected: another one)",
          Reason.PASSWORD_BREACHED);
    }
    return password;
  }
}
