package dev.doorward.user;

import static dev.doorward.rpc.Replies.reply;
import static dev.doorward.user.UserMessages.toMessage;

import com.google.protobuf.Message;
import dev.doorward.call.Origin;
import dev.doorward.call.RequestId;
import dev.doorward.database.Page;
import dev.doorward.error.Reason;
import dev.doorward.error.Refusal;
import dev.doorward.rpc.Fields;
import dev.doorward.rpc.PageTokens;
import dev.doorward.v1.BatchGetUsersRequest;
import dev.doorward.v1.BatchGetUsersResponse;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.CreateUserRequest;
import dev.doorward.v1.CreateUserResponse;
import dev.doorward.v1.DeleteUserRequest;
import dev.doorward.v1.DeleteUserResponse;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.DisableUserResponse;
import dev.doorward.v1.EnableUserRequest;
import dev.doorward.v1.EnableUserResponse;
import dev.doorward.v1.ExportUserDataRequest;
import dev.doorward.v1.ExportUserDataResponse;
import dev.doorward.v1.ExportUsersRequest;
import dev.doorward.v1.ExportUsersResponse;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.GetUserResponse;
import dev.doorward.v1.ImportUsersRequest;
import dev.doorward.v1.ImportUsersResponse;
import dev.doorward.v1.ListUsersRequest;
import dev.doorward.v1.ListUsersResponse;
import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.UpdateUserResponse;
import dev.doorward.v1.UserServiceGrpc.UserServiceImplBase;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@link Users} over gRPC. */
public final class UserGrpcService extends UserServiceImplBase {

  private static final int MAX_BATCH = 500;
  private static final int MAX_REASON = 255;
  private static final int MAX_PREFIX_BYTES = 254;

  private final Users users;
  private final Transfers transfers;

  /** What answers the calls that need features which know users. */
  public record Transfers(
      BiConsumer<ExportUserDataRequest, StreamObserver<ExportUserDataResponse>> exportUserData,
      Function<StreamObserver<ImportUsersResponse>, StreamObserver<ImportUsersRequest>> importUsers,
      BiConsumer<ExportUsersRequest, StreamObserver<ExportUsersResponse>> exportUsers) {}

  public UserGrpcService(Users users, Transfers transfers) {
    this.users = users;
    this.transfers = transfers;
  }

  @Override
  public void createUser(CreateUserRequest request, StreamObserver<CreateUserResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(ClientContext.getDefaultInstance());
    NewUser wanted = UserFields.create(fields, request.getUser());
    Optional<RequestId> requestId = fields.requestId(request, request.getRequestId());
    fields.check();

    User user = users.create(origin, requestId, wanted);

    reply(observer, CreateUserResponse.newBuilder().setUser(toMessage(user)).build());
  }

  @Override
  public void getUser(GetUserRequest request, StreamObserver<GetUserResponse> observer) {
    Fields fields = new Fields();
    switch (request.getKeyCase()) {
      case USER_ID -> fields.required("user_id", request.getUserId());
      case EMAIL -> fields.required("email", request.getEmail());
      case KEY_NOT_SET -> fields.violation("key", "not set (expected: user_id or email)");
    }
    fields.check();

    User user =
        request.hasUserId() ? users.get(request.getUserId()) : users.getByEmail(request.getEmail());

    reply(observer, GetUserResponse.newBuilder().setUser(toMessage(user)).build());
  }

  @Override
  public void batchGetUsers(
      BatchGetUsersRequest request, StreamObserver<BatchGetUsersResponse> observer) {
    Fields fields = new Fields();
    int count = request.getUserIdsCount();
    if (count < 1 || count > MAX_BATCH) {
      fields.violation("user_ids", count + " ids (expected: 1 to " + MAX_BATCH + ")");
    }
    Set<String> ids = new LinkedHashSet<>(request.getUserIdsList());
    fields.check();

    Map<String, User> found =
        users.findAll(ids).stream().collect(Collectors.toMap(User::id, Function.identity()));

    BatchGetUsersResponse.Builder answer = BatchGetUsersResponse.newBuilder();
    for (String id : ids) {
      if (found.containsKey(id)) {
        answer.addUsers(toMessage(found.get(id)));
      } else {
        answer.addUnknownUserIds(id);
      }
    }
    reply(observer, answer.build());
  }

  @Override
  public void listUsers(ListUsersRequest request, StreamObserver<ListUsersResponse> observer) {
    Fields fields = new Fields();
    String prefix = prefix(fields, request.getEmailPrefix());
    UserFilter filter = new UserFilter(
        prefix,
        fields.time("created_after", request.hasCreatedAfter(), request.getCreatedAfter()),
        fields.time("created_before", request.hasCreatedBefore(), request.getCreatedBefore()),
        request.hasDisabled() ? request.getDisabled() : null);
    int size = fields.pageSize(request.getPageSize());
    fields.check();
    Message filters = request.toBuilder().clearPageSize().clearPageToken().build();
    Optional<Page.Position> after = PageTokens.read(request.getPageToken(), filters);

    Page<User> page = users.list(filter, after, size);

    ListUsersResponse.Builder answer =
        ListUsersResponse.newBuilder().setNextPageToken(PageTokens.write(page, filters));
    page.items().forEach(user -> answer.addUsers(toMessage(user)));
    reply(observer, answer.build());
  }

  @Override
  public void updateUser(UpdateUserRequest request, StreamObserver<UpdateUserResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(ClientContext.getDefaultInstance());
    String id = fields.required("user.id", request.getUser().getId());
    UserChanges changes = UserFields.changes(fields, request.getUser(), request.getUpdateMask());
    fields.check();

    User user = users.update(origin, id, changes, given(request.getUser().getEtag()));

    reply(observer, UpdateUserResponse.newBuilder().setUser(toMessage(user)).build());
  }

  @Override
  public void disableUser(
      DisableUserRequest request, StreamObserver<DisableUserResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(ClientContext.getDefaultInstance());
    String id = fields.required("user_id", request.getUserId());
    String reason = fields.text("reason", request.getReason(), MAX_REASON);
    Instant until =
        fields.time("disabled_until", request.hasDisabledUntil(), request.getDisabledUntil());
    if (until != null && !until.isAfter(Instant.now())) {
      fields.violation("disabled_until", until + " (expected: a moment in the future)");
    }
    fields.check();

    User user = users.disable(origin, id, reason, until);

    reply(observer, DisableUserResponse.newBuilder().setUser(toMessage(user)).build());
  }

  @Override
  public void enableUser(EnableUserRequest request, StreamObserver<EnableUserResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(ClientContext.getDefaultInstance());
    String id = fields.required("user_id", request.getUserId());
    fields.check();

    User user = users.enable(origin, id);

    reply(observer, EnableUserResponse.newBuilder().setUser(toMessage(user)).build());
  }

  @Override
  public void deleteUser(DeleteUserRequest request, StreamObserver<DeleteUserResponse> observer) {
    Fields fields = new Fields();
    Origin origin = fields.origin(ClientContext.getDefaultInstance());
    String id = fields.required("user_id", request.getUserId());
    fields.check();

    try {
      users.delete(origin, id, given(request.getEtag()));
    } catch (Refusal e) {
      if (e.reason() != Reason.USER_NOT_FOUND || !request.getAllowMissing()) {
        throw e;
      }
    }

    reply(observer, DeleteUserResponse.getDefaultInstance());
  }

  @Override
  public void exportUserData(
      ExportUserDataRequest request, StreamObserver<ExportUserDataResponse> observer) {
    transfers.exportUserData().accept(request, observer);
  }

  @Override
  public StreamObserver<ImportUsersRequest> importUsers(
      StreamObserver<ImportUsersResponse> observer) {
    return transfers.importUsers().apply(observer);
  }

  @Override
  public void exportUsers(
      ExportUsersRequest request, StreamObserver<ExportUsersResponse> observer) {
    transfers.exportUsers().accept(request, observer);
  }

  /** Normalised; null if it is empty. */
  static String prefix(Fields fields, String value) {
    if (value.getBytes(StandardCharsets.UTF_8).length > MAX_PREFIX_BYTES) {
      fields.violation(
          "email_prefix", "longer than expected: at most " + MAX_PREFIX_BYTES + " bytes");
      return null;
    }
    String prefix = Email.normalize(value);
    return prefix.isEmpty() ? null : prefix;
  }

  private static Optional<String> given(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}
