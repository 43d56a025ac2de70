package dev.doorward.export;

import static dev.doorward.rpc.Times.toTimestamp;

import dev.doorward.account.AccountMessages;
import dev.doorward.attempt.WrongPasswords;
import dev.doorward.event.EventMessages;
import dev.doorward.export.UserExports.Part;
import dev.doorward.export.UserExports.Person;
import dev.doorward.export.UserExports.SomeAccounts;
import dev.doorward.export.UserExports.SomeEvents;
import dev.doorward.export.UserExports.SomeSessions;
import dev.doorward.export.UserExports.SomeVerifications;
import dev.doorward.rpc.Fields;
import dev.doorward.session.SessionMessages;
import dev.doorward.user.UserMessages;
import dev.doorward.v1.ExportUserDataRequest;
import dev.doorward.v1.ExportUserDataResponse;
import dev.doorward.verification.VerificationMessages;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Iterator;

/** {@link UserExports} over gRPC: the part of the user service that knows all other features. */
public final class UserExportGrpcService {

  private final UserExports exports;

  public UserExportGrpcService(UserExports exports) {
    this.exports = exports;
  }

  /** Reads as fast as the caller takes: what is sent and not taken stays in memory. */
  public void exportUserData(
      ExportUserDataRequest request, StreamObserver<ExportUserDataResponse> observer) {
    Fields fields = new Fields();
    String id = fields.required("user_id", request.getUserId());
    fields.check();

    Iterator<Part> parts = exports.of(id);

    ServerCallStreamObserver<ExportUserDataResponse> call =
        (ServerCallStreamObserver<ExportUserDataResponse>) observer;
    call.setOnCancelHandler(() -> {});
    call.setOnReadyHandler(() -> send(parts, call));
  }

  private static void send(
      Iterator<Part> parts, ServerCallStreamObserver<ExportUserDataResponse> call) {
    while (call.isReady()) {
      if (!parts.hasNext()) {
        call.onCompleted();
        return;
      }
      call.onNext(toMessage(parts.next()));
    }
  }

  private static ExportUserDataResponse toMessage(Part part) {
    ExportUserDataResponse.Builder message = ExportUserDataResponse.newBuilder();
    if (part instanceof Person person) {
      message.setUser(UserMessages.toMessage(person.user()));
      person.wrongPasswords().ifPresent(wrong -> message.setWrongPasswords(toMessage(wrong)));
    } else if (part instanceof SomeAccounts some) {
      some.accounts().forEach(account -> message.addAccounts(AccountMessages.toMessage(account)));
    } else if (part instanceof SomeSessions some) {
      some.sessions().forEach(session -> message.addSessions(SessionMessages.toMessage(session)));
    } else if (part instanceof SomeVerifications some) {
      some.verifications()
          .forEach(each -> message.addVerifications(VerificationMessages.toMessage(each)));
    } else if (part instanceof SomeEvents some) {
      some.events().forEach(event -> message.addEvents(EventMessages.toMessage(event)));
    }
    return message.build();
  }

  private static dev.doorward.v1.WrongPasswords toMessage(WrongPasswords wrong) {
    dev.doorward.v1.WrongPasswords.Builder message = dev.doorward.v1.WrongPasswords.newBuilder()
        .setCount(wrong.failures())
        .setAttemptedAt(toTimestamp(wrong.attemptedAt()));
    if (wrong.blockedUntil() != null) {
      message.setBlockedUntil(toTimestamp(wrong.blockedUntil()));
    }
    return message.build();
  }
}
