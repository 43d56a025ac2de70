package dev.doorward.testing;

import dev.doorward.v1.Account;
import dev.doorward.v1.CreateCallerKeyRequest;
import dev.doorward.v1.CreateCallerKeyResponse;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.CreateUserRequest;
import dev.doorward.v1.CreateVerificationRequest;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.RequestEmailChangeRequest;
import dev.doorward.v1.RequestEmailVerificationRequest;
import dev.doorward.v1.RequestPasswordResetRequest;
import dev.doorward.v1.Role;
import dev.doorward.v1.Session;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import dev.doorward.v1.Verification;
import java.util.List;
import java.util.UUID;

/** What there is before a test begins. Every address and provider's account is nobody else's. */
public final class Given {

  public static final String PASSWORD = "correct horse battery staple";

  // Long enough to be found wherever they should not be: the search for secrets leaves out what is
  // shorter than 8 bytes.
  public static final String WRONG_PASSWORD = "a wrong donkey battery staple";
  public static final String ACCESS_TOKEN = "gho_the-access-token-of-a-provider";
  public static final String REFRESH_TOKEN = "ghr_the-refresh-token-of-a-provider";
  public static final String ID_TOKEN = "eyJ.the-id-token-of-a-provider";

  private final TestServer server;

  Given(TestServer server) {
    this.server = server;
  }

  /** An address that nobody has. */
  public static String freeEmail() {
    return "u" + UUID.randomUUID().toString().replace("-", "") + "@example.com";
  }

  /** A name that no caller has. */
  public static String freeCallerName() {
    return "c" + UUID.randomUUID().toString().replace("-", "");
  }

  /** The first key of a caller with these roles. */
  public CreateCallerKeyResponse callerKey(Role... roles) {
    return server
        .callers()
        .createCallerKey(CreateCallerKeyRequest.newBuilder()
            .setCallerName(freeCallerName())
            .addAllRoles(List.of(roles))
            .build());
  }

  public User user() {
    return user(User.newBuilder().setEmail(freeEmail()).setName("Ada Lovelace").build());
  }

  public User user(User wanted) {
    return server
        .users()
        .createUser(CreateUserRequest.newBuilder().setUser(wanted).build())
        .getUser();
  }

  public User verifiedUser() {
    return user(User.newBuilder().setEmail(freeEmail()).setEmailVerified(true).build());
  }

  public User disabledUser() {
    return server
        .users()
        .disableUser(DisableUserRequest.newBuilder().setUserId(user().getId()).build())
        .getUser();
  }

  /** Somebody who signed up with {@link #PASSWORD}, and is signed in. */
  public SignUpResponse signedUp() {
    return server
        .passwords()
        .signUp(SignUpRequest.newBuilder()
            .setEmail(freeEmail())
            .setPassword(PASSWORD)
            .build());
  }

  /** A session with its token. */
  public Session session(User user) {
    return server
        .sessions()
        .createSession(CreateSessionRequest.newBuilder().setUserId(user.getId()).build())
        .getSession();
  }

  public Session session() {
    return session(user());
  }

  public Account account(User user) {
    return server
        .accounts()
        .linkAccount(LinkAccountRequest.newBuilder()
            .setAccount(freeAccount().setUserId(user.getId()))
            .build())
        .getAccount();
  }

  /** A token for a purpose of the caller's own. */
  public Verification verification(String identifier, String purpose) {
    return server
        .verifications()
        .createVerification(CreateVerificationRequest.newBuilder()
            .setIdentifier(identifier)
            .setPurpose(purpose)
            .build())
        .getVerification();
  }

  /** What is to be delivered to an address for which a new password was asked. */
  public String passwordReset(String email) {
    return server
        .passwords()
        .requestPasswordReset(
            RequestPasswordResetRequest.newBuilder().setEmail(email).build())
        .getToken();
  }

  /** What is to be delivered to a user for the proof of their address. */
  public String emailVerification(User user) {
    return server
        .verifications()
        .requestEmailVerification(
            RequestEmailVerificationRequest.newBuilder().setUserId(user.getId()).build())
        .getToken();
  }

  /** What is to be delivered to another address that a user wants. */
  public String emailChange(User user, String wanted) {
    return server
        .verifications()
        .requestEmailChange(RequestEmailChangeRequest.newBuilder()
            .setUserId(user.getId())
            .setNewEmail(wanted)
            .build())
        .getToken();
  }

  /** A provider's account that nobody has linked. */
  public static Account.Builder freeAccount() {
    return Account.newBuilder()
        .setType("oauth")
        .setProvider("github")
        .setProviderAccountId(UUID.randomUUID().toString());
  }
}
