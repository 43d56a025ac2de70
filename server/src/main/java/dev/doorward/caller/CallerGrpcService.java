package dev.doorward.caller;

import static dev.doorward.caller.CallerMessages.toMessage;
import static dev.doorward.rpc.Replies.reply;

import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.call.Role;
import dev.doorward.database.Change;
import dev.doorward.database.Page;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import dev.doorward.rpc.Fields;
import dev.doorward.rpc.PageTokens;
import dev.doorward.v1.CallerServiceGrpc.CallerServiceImplBase;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.CreateCallerKeyRequest;
import dev.doorward.v1.CreateCallerKeyResponse;
import dev.doorward.v1.ListCallerKeysRequest;
import dev.doorward.v1.ListCallerKeysResponse;
import dev.doorward.v1.RevokeCallerKeyRequest;
import dev.doorward.v1.RevokeCallerKeyResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** {@link Callers} over gRPC. */
public final class CallerGrpcService extends CallerServiceImplBase {

  private final Callers callers;

  public CallerGrpcService(Callers callers) {
    this.callers = callers;
  }

  @Override
  public void createCallerKey(
      CreateCallerKeyRequest request, StreamObserver<CreateCallerKeyResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(ClientContext.getDefaultInstance());
    NewKey wanted = wanted(fields, request);
    Optional<RequestId> requestId = fields.requestId(request, request.getRequestId());
    fields.check();

    Callers.Issued issued = callers.issue(origin, requestId, wanted);

    reply(
        observer,
        CreateCallerKeyResponse.newBuilder()
            .setCallerKey(toMessage(issued.about()))
            .setKey(issued.key().reveal())
            .build());
  }

  @Override
  public void listCallerKeys(
      ListCallerKeysRequest request, StreamObserver<ListCallerKeysResponse> observer) {
    Fields fields = new Fields();
    int size = fields.pageSize(request.getPageSize());
    fields.check();
    Message filters = request.toBuilder().clearPageSize().clearPageToken().build();
    Optional<Page.Position> after = PageTokens.read(request.getPageToken(), filters);

    Page<IssuedKey> page = callers.list(after, size);

    ListCallerKeysResponse.Builder answer =
        ListCallerKeysResponse.newBuilder().setNextPageToken(PageTokens.write(page, filters));
    page.items().forEach(key -> answer.addCallerKeys(toMessage(key)));
    reply(observer, answer.build());
  }

  @Override
  public void revokeCallerKey(
      RevokeCallerKeyRequest request, StreamObserver<RevokeCallerKeyResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(ClientContext.getDefaultInstance());
    String keyId = fields.required("key_id", request.getKeyId());
    fields.check();

    revoke(origin, keyId, request.getAllowMissing());

    reply(observer, RevokeCallerKeyResponse.getDefaultInstance());
  }

  private void revoke(Origin origin, String keyId, boolean allowMissing) {
    try {
      callers.revoke(origin, keyId);
    } catch (Refusal e) {
      if (e.reason() != Reason.CALLER_KEY_NOT_FOUND || !allowMissing) {
        throw e;
      }
    }
  }

  static NewKey wanted(Fields fields, CreateCallerKeyRequest request) {
    return new NewKey(
        fields.parsed("caller_name", request.getCallerName(), NewKey::parseName),
        roles(fields, request),
        lifetime(fields, request),
        certificateName(fields, request),
        CallerKey.generate());
  }

  private static Set<Role> roles(Fields fields, CreateCallerKeyRequest request) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (int i = 0; i < request.getRolesCount(); i++) {
      Optional<Role> role = CallerMessages.role(request.getRoles(i));
      if (role.isPresent()) {
        roles.add(role.get());
      } else {
        fields.violation("roles[" + i + "]", request.getRolesValue(i) + " (expected: 1 to 5)");
      }
    }
    return roles;
  }

  private static Duration lifetime(Fields fields, CreateCallerKeyRequest request) {
    if (!request.hasExpiresIn()) {
      return NewKey.DEFAULT_LIFETIME;
    }
    try {
      return NewKey.parseLifetime(
          Duration.ofMillis(Durations.toMillis(Durations.checkValid(request.getExpiresIn()))));
    } catch (IllegalArgumentException e) {
      fields.violation("expires_in", "(" + e.getMessage() + ")");
      return null;
    }
  }

  private static Change<String> certificateName(Fields fields, CreateCallerKeyRequest request) {
    if (!request.hasCertificateName()) {
      return Change.none();
    }
    return Change.to(
        request.getCertificateName().isEmpty()
            ? null
            : fields.parsed(
                "certificate_name", request.getCertificateName(), NewKey::parseCertificateName));
  }
}
