package dev.doorward.transfer;

import dev.doorward.account.Accounts;
import dev.doorward.call.Origin;
import dev.doorward.database.Database;
import dev.doorward.database.Page;
import dev.doorward.error.Refusal;
import dev.doorward.password.Credentials;
import dev.doorward.rpc.Fields;
import dev.doorward.rpc.PageTokens;
import dev.doorward.transfer.UserDump.Entry;
import dev.doorward.user.Users;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.ExportUsersRequest;
import dev.doorward.v1.ExportUsersResponse;
import dev.doorward.v1.ImportUsersRequest;
import dev.doorward.v1.ImportUsersResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@link UserImports} and {@link UserDump} over gRPC: the part of the user service that moves users by the million. */
public final class TransferGrpcService {

  private static final int MAX_USERS = 500;

  /** A message is sent when it is this large: a client takes no more than 4 MiB unless it is told to. */
  private static final int MESSAGE_BYTES = 1 << 19;

  private final UserImports imports;
  private final UserDump dump;

  public TransferGrpcService(
      Database database, Users users, Accounts accounts, Credentials credentials) {
    this.imports = new UserImports(database, users, accounts, credentials);
    this.dump = new UserDump(users, accounts, credentials);
  }

  public StreamObserver<ImportUsersRequest> importUsers(
      StreamObserver<ImportUsersResponse> observer) {
    return new ImportStream((ServerCallStreamObserver<ImportUsersResponse>) observer);
  }

  /** Reads as fast as the caller takes: what is sent and not taken stays in memory. */
  public void exportUsers(
      ExportUsersRequest request, StreamObserver<ExportUsersResponse> observer) {
    ExportUsersRequest filters = request.toBuilder().clearPageToken().build();
    Optional<Page.Position> after = PageTokens.read(request.getPageToken(), filters);

    ServerCallStreamObserver<ExportUsersResponse> call =
        (ServerCallStreamObserver<ExportUsersResponse>) observer;
    ExportStream stream = new ExportStream(call, filters, after);
    call.setOnCancelHandler(() -> {});
    call.setOnReadyHandler(stream::send);
  }

  private ImportUsersResponse bringIn(ImportUsersRequest request) {
    Fields fields = new Fields();
    Origin origin = fields.origin(ClientContext.getDefaultInstance());
    int count = request.getUsersCount();
    if (count < 1 || count > MAX_USERS) {
      fields.violation("users", count + " users (expected: 1 to " + MAX_USERS + ")");
    }
    fields.check();
    List<PortableUser> good = new ArrayList<>();
    List<Optional<Imported>> refused = new ArrayList<>();
    for (dev.doorward.v1.PortableUser message : request.getUsersList()) {
      try {
        Fields own = new Fields();
        PortableUser user = TransferFields.read(own, message, imports.passwordProvider());
        own.check();
        good.add(user);
        refused.add(Optional.empty());
      } catch (Refusal e) {
        refused.add(Optional.of(new Imported.Refused(e)));
      }
    }

    List<Imported> imported;
    if (good.isEmpty()) {
      imported = List.of();
    } else {
      imported = request.getDryRun() ? imports.rehearse(good) : imports.bringIn(origin, good);
    }

    ImportUsersResponse.Builder answer = ImportUsersResponse.newBuilder();
    int next = 0;
    for (Optional<Imported> each : refused) {
      answer.addResults(
          TransferMessages.toMessage(each.isPresent() ? each.get() : imported.get(next++)));
    }
    return answer.build();
  }

  /** Asks for the next message when the answer to the last is on its way, so that one is in memory at a time. */
  private final class ImportStream implements StreamObserver<ImportUsersRequest> {

    private final ServerCallStreamObserver<ImportUsersResponse> call;
    private boolean asking;

    private ImportStream(ServerCallStreamObserver<ImportUsersResponse> call) {
      this.call = call;
      call.disableAutoRequest();
      call.setOnCancelHandler(() -> {});
      call.setOnReadyHandler(this::ask);
    }

    private void ask() {
      if (!asking && call.isReady()) {
        asking = true;
        call.request(1);
      }
    }

    @Override
    public void onNext(ImportUsersRequest request) {
      asking = false;
      call.onNext(bringIn(request));
      ask();
    }

    @Override
    public void onCompleted() {
      call.onCompleted();
    }

    @Override
    public void onError(Throwable thrown) {
      // The caller is gone; what was answered is done.
    }
  }

  /** Sends users as long as the caller takes them. */
  private final class ExportStream {

    private final ServerCallStreamObserver<ExportUsersResponse> call;
    private final ExportUsersRequest filters;
    private Optional<Page.Position> after;
    private boolean done;

    private ExportStream(
        ServerCallStreamObserver<ExportUsersResponse> call,
        ExportUsersRequest filters,
        Optional<Page.Position> after) {
      this.call = call;
      this.filters = filters;
      this.after = after;
    }

    private void send() {
      while (!done && call.isReady()) {
        Page<Entry> page = dump.read(after, filters.getIncludeSecrets());
        sendAll(page.items());
        after = page.next();
        if (after.isEmpty()) {
          done = true;
          call.onCompleted();
        }
      }
    }

    private void sendAll(List<Entry> entries) {
      ExportUsersResponse.Builder message = ExportUsersResponse.newBuilder();
      int bytes = 0;
      for (int i = 0; i < entries.size(); i++) {
        dev.doorward.v1.PortableUser user = filters.getIncludeSecrets()
            ? TransferMessages.toFullMessage(entries.get(i))
            : TransferMessages.toMessage(entries.get(i));
        message.addUsers(user);
        bytes += user.getSerializedSize();
        if (bytes >= MESSAGE_BYTES || i == entries.size() - 1) {
          Page<Entry> upToHere =
              new Page<>(List.of(), Optional.of(entries.get(i).position()));
          call.onNext(
              message.setNextPageToken(PageTokens.write(upToHere, filters)).build());
          message.clear();
          bytes = 0;
        }
      }
    }
  }
}
