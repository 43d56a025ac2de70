package example;

import dev.doorward.client.DoorwardClient;
import dev.doorward.client.DoorwardErrors;
import dev.doorward.v1.Account;
import dev.doorward.v1.ErrorReason;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
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

      System.out.println("the session is good: " + validate(doorward, token).getEmail());

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
      try {
        validate(doorward, token);
        throw new IllegalStateException("a revoked session was accepted");
      } catch (StatusRuntimeException e) {
        ErrorReason reason = DoorwardErrors.reasonOf(e).orElseThrow(() -> e);
        if (reason != ErrorReason.ERROR_REASON_SESSION_NOT_FOUND) {
          throw e;
        }
        System.out.println("signed out: " + reason);
      }
    }
  }

  private static User validate(DoorwardClient doorward, String token) {
    return doorward.sessions()
        .validateSession(ValidateSessionRequest.newBuilder().setSessionToken(token).build())
        .getUser();
  }
}
