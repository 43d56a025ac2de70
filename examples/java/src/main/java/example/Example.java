package example;

import dev.doorward.client.DoorwardClient;
import dev.doorward.client.DoorwardErrors;
import dev.doorward.v1.Account;
import dev.doorward.v1.ErrorReason;
import dev.doorward.v1.GetSessionRequest;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import io.grpc.StatusRuntimeException;
import java.util.UUID;

/** Signs somebody up, validates their session, links an account, signs them out. */
public final class Example {

  public static void main(String[] arguments) {
    String target = arguments.length > 0 ? arguments[0] : "localhost:50051";
    try (DoorwardClient doorward = DoorwardClient.connectPlaintext(target)) {
      SignUpResponse signedUp = doorward.passwords()
          .signUp(SignUpRequest.newBuilder()
              .setEmail(UUID.randomUUID() + "@example.com")
              .setPassword("correct horse battery")
              .build());
      String token = signedUp.getSession().getSessionToken();
      System.out.println("signed up: " + signedUp.getUser().getEmail());

      // From memory, but for the first time; the client follows what is revoked.
      User user = doorward.validator().validate(token).orElseThrow().getUser();
      System.out.println("the session is good: " + user.getEmail());

      Account account = doorward.accounts()
          .linkAccount(LinkAccountRequest.newBuilder()
              .setAccount(Account.newBuilder()
                  .setUserId(signedUp.getUser().getId())
                  .setType("oauth")
                  .setProvider("github")
                  .setProviderAccountId(UUID.randomUUID().toString()))
              .build())
          .getAccount();
      System.out.println("linked: " + account.getProvider());

      doorward.sessions()
          .revokeSession(RevokeSessionRequest.newBuilder().setSessionToken(token).build());
      while (doorward.validator().validate(token).isPresent()) {
        Thread.onSpinWait(); // A fraction of a second, and never longer than a lease.
      }
      System.out.println("signed out here");
      try {
        doorward.sessions()
            .getSession(GetSessionRequest.newBuilder()
                .setSessionId(signedUp.getSession().getId())
                .build());
        throw new IllegalStateException("a revoked session is still there");
      } catch (StatusRuntimeException e) {
        ErrorReason reason = DoorwardErrors.reasonOf(e).orElseThrow(() -> e);
        if (reason != ErrorReason.ERROR_REASON_SESSION_NOT_FOUND) {
          throw e;
        }
        System.out.println("signed out everywhere: " + reason);
      }
    }
  }
}
