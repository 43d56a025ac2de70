package dev.doorward.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.doorward.v1.Account;
import dev.doorward.v1.BatchGetUsersRequest;
import dev.doorward.v1.BatchValidateSessionsRequest;
import dev.doorward.v1.CallerKey;
import dev.doorward.v1.ChangePasswordRequest;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.Consistency;
import dev.doorward.v1.CreateCallerKeyRequest;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.CreateUserRequest;
import dev.doorward.v1.DeleteUserRequest;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.EnableUserRequest;
import dev.doorward.v1.GetAccountRequest;
import dev.doorward.v1.GetFeedHeadRequest;
import dev.doorward.v1.GetSessionRequest;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.ListAccountsRequest;
import dev.doorward.v1.ListCallerKeysRequest;
import dev.doorward.v1.ListEventsRequest;
import dev.doorward.v1.ListSessionsRequest;
import dev.doorward.v1.ListUsersRequest;
import dev.doorward.v1.ProviderAccountKey;
import dev.doorward.v1.ProviderProfile;
import dev.doorward.v1.RevokeCallerKeyRequest;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.RevokeUserSessionsRequest;
import dev.doorward.v1.Role;
import dev.doorward.v1.Session;
import dev.doorward.v1.SetPasswordRequest;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignInWithAccountRequest;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.UnlinkAccountRequest;
import dev.doorward.v1.UpdateAccountRequest;
import dev.doorward.v1.UpdateSessionRequest;
import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import dev.doorward.v1.VerifyPasswordRequest;
import io.grpc.StatusRuntimeException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** Every RPC once, the way it is mostly called, and the variants that cost something else. */
public final class RpcTour {

  private final TestServer server;
  private final Map<String, Supplier<Runnable>> stops = new LinkedHashMap<>();

  public RpcTour(TestServer server) {
    this.server = server;
    users();
    sessions();
    accounts();
    passwords();
    events();
    callers();
  }

  /** By the name of the RPC: makes what the call needs, and gives the call itself. */
  public Map<String, Supplier<Runnable>> stops() {
    return stops;
  }

  private void users() {
    stops.put("CreateUser", () -> () -> server.given().user());
    stops.put(
        "CreateUser with request_id",
        () -> () -> server
            .users()
            .createUser(CreateUserRequest.newBuilder()
                .setUser(User.newBuilder().setEmail(Given.freeEmail()))
                .setRequestId(UUID.randomUUID().toString())
                .build()));
    stops.put("GetUser", () -> {
      User user = server.given().user();
      return () -> server
          .users()
          .getUser(GetUserRequest.newBuilder().setUserId(user.getId()).build());
    });
    stops.put("GetUser by email", () -> {
      User user = server.given().user();
      return () -> server
          .users()
          .getUser(GetUserRequest.newBuilder().setEmail(user.getEmail()).build());
    });
    stops.put("BatchGetUsers", () -> {
      BatchGetUsersRequest request = BatchGetUsersRequest.newBuilder()
          .addUserIds(server.given().user().getId())
          .addUserIds(server.given().user().getId())
          .addUserIds("nobody")
          .build();
      return () -> server.users().batchGetUsers(request);
    });
    stops.put("ListUsers", () -> listUsers(ListUsersRequest.getDefaultInstance()));
    stops.put(
        "ListUsers by email_prefix",
        () -> listUsers(ListUsersRequest.newBuilder().setEmailPrefix("u1").build()));
    stops.put("ListUsers by disabled", () -> {
      server.given().disabledUser();
      server.given().disabledUser();
      return listUsers(ListUsersRequest.newBuilder().setDisabled(true).build());
    });
    stops.put("ListUsers by created_after", () -> {
      User user = server.given().user();
      server.given().user();
      return listUsers(ListUsersRequest.newBuilder()
          .setCreatedAfter(user.getCreatedAt())
          .setDisabled(false)
          .build());
    });
    stops.put("UpdateUser", () -> {
      User user =
          server.given().user().toBuilder().setName("Grace").setImage("x").build();
      return () ->
          server.users().updateUser(UpdateUserRequest.newBuilder().setUser(user).build());
    });
    stops.put("DisableUser", () -> {
      Session session = server.given().session();
      return () -> server
          .users()
          .disableUser(
              DisableUserRequest.newBuilder().setUserId(session.getUserId()).build());
    });
    stops.put("EnableUser", () -> {
      User user = server.given().disabledUser();
      return () -> server
          .users()
          .enableUser(EnableUserRequest.newBuilder().setUserId(user.getId()).build());
    });
    stops.put("DeleteUser", () -> {
      Session session = server.given().session();
      return () -> server
          .users()
          .deleteUser(
              DeleteUserRequest.newBuilder().setUserId(session.getUserId()).build());
    });
  }

  /** The second page, which has a position to go on from. */
  private Runnable listUsers(ListUsersRequest filters) {
    String next =
        server.users().listUsers(filters.toBuilder().setPageSize(1).build()).getNextPageToken();
    ListUsersRequest request = filters.toBuilder().setPageToken(next).build();
    return () -> server.users().listUsers(request);
  }

  private void sessions() {
    stops.put("CreateSession", () -> {
      User user = server.given().user();
      return () -> server.given().session(user);
    });
    stops.put("CreateSession with request_id", () -> {
      CreateSessionRequest request = createSessionOnce();
      return () -> server.sessions().createSession(request);
    });
    stops.put("CreateSession, repeated", () -> {
      CreateSessionRequest request = createSessionOnce();
      server.sessions().createSession(request);
      return () -> server.sessions().createSession(request);
    });
    stops.put("ValidateSession", () -> {
      Session session = server.given().session();
      return () -> server
          .sessions()
          .validateSession(ValidateSessionRequest.newBuilder()
              .setSessionToken(session.getSessionToken())
              .build());
    });
    stops.put("ValidateSession from memory", () -> {
      ValidateSessionRequest request = ValidateSessionRequest.newBuilder()
          .setSessionToken(server.given().session().getSessionToken())
          .build();
      server.sessions().validateSession(request);
      return () -> server.sessions().validateSession(request);
    });
    stops.put("ValidateSession with CONSISTENCY_FRESH", () -> {
      ValidateSessionRequest request = ValidateSessionRequest.newBuilder()
          .setSessionToken(server.given().session().getSessionToken())
          .setConsistency(Consistency.CONSISTENCY_FRESH)
          .build();
      server.sessions().validateSession(request);
      return () -> server.sessions().validateSession(request);
    });
    stops.put("BatchValidateSessions", () -> {
      BatchValidateSessionsRequest request = BatchValidateSessionsRequest.newBuilder()
          .addSessionTokens(server.given().session().getSessionToken())
          .addSessionTokens(server.given().session().getSessionToken())
          .addSessionTokens("a-token-that-nobody-has")
          .build();
      return () -> server.sessions().batchValidateSessions(request);
    });
    stops.put(
        "GetFeedHead",
        () -> () -> server.sessions().getFeedHead(GetFeedHeadRequest.getDefaultInstance()));
    stops.put("WatchRevocations", () -> () -> Watch.fromNow(server).close());
    stops.put("GetSession", () -> {
      Session session = server.given().session();
      return () -> server
          .sessions()
          .getSession(
              GetSessionRequest.newBuilder().setSessionId(session.getId()).build());
    });
    stops.put("ListSessions", () -> {
      User user = server.given().user();
      server.given().session(user);
      server.given().session(user);
      ListSessionsRequest first = ListSessionsRequest.newBuilder()
          .setUserId(user.getId())
          .setPageSize(1)
          .build();
      String next = server.sessions().listSessions(first).getNextPageToken();
      return () ->
          server.sessions().listSessions(first.toBuilder().setPageToken(next).build());
    });
    stops.put("UpdateSession", () -> {
      Session session = server.given().session();
      return () -> server
          .sessions()
          .updateSession(UpdateSessionRequest.newBuilder()
              .setSessionId(session.getId())
              .setSession(Session.newBuilder().setUserAgent("curl"))
              .build());
    });
    stops.put("UpdateSession by session_token", () -> {
      Session session = server.given().session();
      return () -> server
          .sessions()
          .updateSession(UpdateSessionRequest.newBuilder()
              .setSessionToken(session.getSessionToken())
              .setSession(Session.newBuilder().setUserAgent("curl"))
              .build());
    });
    stops.put("RevokeSession", () -> {
      Session session = server.given().session();
      return () -> server
          .sessions()
          .revokeSession(
              RevokeSessionRequest.newBuilder().setSessionId(session.getId()).build());
    });
    stops.put("RevokeSession by session_token", () -> {
      Session session = server.given().session();
      return () -> server
          .sessions()
          .revokeSession(RevokeSessionRequest.newBuilder()
              .setSessionToken(session.getSessionToken())
              .build());
    });
    stops.put("RevokeUserSessions", () -> {
      User user = server.given().user();
      Session kept = server.given().session(user);
      server.given().session(user);
      server.given().session(user);
      return () -> server
          .sessions()
          .revokeUserSessions(RevokeUserSessionsRequest.newBuilder()
              .setUserId(user.getId())
              .setKeepSessionId(kept.getId())
              .build());
    });
  }

  private CreateSessionRequest createSessionOnce() {
    return CreateSessionRequest.newBuilder()
        .setUserId(server.given().user().getId())
        .setRequestId(UUID.randomUUID().toString())
        .build();
  }

  private void accounts() {
    stops.put("LinkAccount", () -> {
      LinkAccountRequest request = LinkAccountRequest.newBuilder()
          .setAccount(Given.freeAccount().setUserId(server.given().user().getId()))
          .build();
      return () -> server.accounts().linkAccount(request);
    });
    stops.put("GetAccount", () -> {
      Account account = server.given().account(server.given().user());
      return () -> server
          .accounts()
          .getAccount(
              GetAccountRequest.newBuilder().setAccountId(account.getId()).build());
    });
    stops.put("GetAccount by provider_account", () -> {
      Account account = server.given().account(server.given().user());
      return () -> server
          .accounts()
          .getAccount(GetAccountRequest.newBuilder()
              .setProviderAccount(ProviderAccountKey.newBuilder()
                  .setProvider(account.getProvider())
                  .setProviderAccountId(account.getProviderAccountId()))
              .build());
    });
    stops.put("ListAccounts", () -> {
      User user = server.given().user();
      server.given().account(user);
      server.given().account(user);
      ListAccountsRequest first = ListAccountsRequest.newBuilder()
          .setUserId(user.getId())
          .setPageSize(1)
          .build();
      String next = server.accounts().listAccounts(first).getNextPageToken();
      return () ->
          server.accounts().listAccounts(first.toBuilder().setPageToken(next).build());
    });
    stops.put("UpdateAccount", () -> {
      Account account = server.given().account(server.given().user());
      return () -> server
          .accounts()
          .updateAccount(UpdateAccountRequest.newBuilder()
              .setAccount(Account.newBuilder().setId(account.getId()).setScope("email"))
              .build());
    });
    stops.put("UnlinkAccount", () -> {
      User user = server.given().user();
      Account account = server.given().account(user);
      server.given().account(user);
      return () -> server
          .accounts()
          .unlinkAccount(
              UnlinkAccountRequest.newBuilder().setAccountId(account.getId()).build());
    });
    stops.put("SignInWithAccount", () -> {
      Account account = server.given().account(server.given().user());
      return () -> server.accounts().signInWithAccount(signInWith(account.toBuilder()));
    });
    stops.put(
        "SignInWithAccount, a new user",
        () -> () -> server.accounts().signInWithAccount(signInWith(Given.freeAccount())));
  }

  private static SignInWithAccountRequest signInWith(Account.Builder account) {
    return SignInWithAccountRequest.newBuilder()
        .setAccount(account.clearId().clearUserId())
        .setProfile(ProviderProfile.newBuilder().setEmail(Given.freeEmail()))
        .build();
  }

  private void signInWrongly(String email) {
    SignInRequest request =
        SignInRequest.newBuilder().setEmail(email).setPassword("a wrong one").build();
    assertThatThrownBy(() -> server.passwords().signIn(request))
        .isInstanceOf(StatusRuntimeException.class);
  }

  private void passwords() {
    stops.put("SignUp", () -> () -> server.given().signedUp());
    stops.put("SignUp with request_id", () -> {
      SignUpRequest request = SignUpRequest.newBuilder()
          .setEmail(Given.freeEmail())
          .setPassword(Given.PASSWORD)
          .setRequestId(UUID.randomUUID().toString())
          .build();
      return () -> server.passwords().signUp(request);
    });
    stops.put("SignIn", () -> {
      SignUpResponse somebody = server.given().signedUp();
      return () -> server
          .passwords()
          .signIn(SignInRequest.newBuilder()
              .setEmail(somebody.getUser().getEmail())
              .setPassword(Given.PASSWORD)
              .build());
    });
    stops.put("SignIn with an ip_address", () -> {
      SignUpResponse somebody = server.given().signedUp();
      return () -> server
          .passwords()
          .signIn(SignInRequest.newBuilder()
              .setEmail(somebody.getUser().getEmail())
              .setPassword(Given.PASSWORD)
              .setClientContext(ClientContext.newBuilder().setIpAddress("192.0.2.1"))
              .build());
    });
    stops.put("SignIn, a wrong password", () -> {
      SignUpResponse somebody = server.given().signedUp();
      return () -> signInWrongly(somebody.getUser().getEmail());
    });
    stops.put("SignIn, nobody's address", () -> () -> signInWrongly(Given.freeEmail()));
    stops.put("SignIn, too many attempts", () -> {
      SignUpResponse somebody = server.given().signedUp();
      for (int i = 0; i < 10; i++) {
        signInWrongly(somebody.getUser().getEmail());
      }
      return () -> signInWrongly(somebody.getUser().getEmail());
    });
    stops.put("VerifyPassword", () -> {
      SignUpResponse somebody = server.given().signedUp();
      return () -> server
          .passwords()
          .verifyPassword(VerifyPasswordRequest.newBuilder()
              .setUserId(somebody.getUser().getId())
              .setPassword(Given.PASSWORD)
              .build());
    });
    stops.put("ChangePassword", () -> {
      SignUpResponse somebody = server.given().signedUp();
      return () -> server
          .passwords()
          .changePassword(ChangePasswordRequest.newBuilder()
              .setUserId(somebody.getUser().getId())
              .setCurrentPassword(Given.PASSWORD)
              .setNewPassword("another good password")
              .build());
    });
    stops.put("SetPassword", () -> {
      SignUpResponse somebody = server.given().signedUp();
      return () -> server
          .passwords()
          .setPassword(SetPasswordRequest.newBuilder()
              .setUserId(somebody.getUser().getId())
              .setNewPassword("another good password")
              .build());
    });
    stops.put("SetPassword, the first", () -> {
      User user = server.given().user();
      return () -> server
          .passwords()
          .setPassword(SetPasswordRequest.newBuilder()
              .setUserId(user.getId())
              .setNewPassword("another good password")
              .build());
    });
  }

  private void events() {
    stops.put("ListEvents", () -> listEvents(ListEventsRequest.getDefaultInstance()));
    stops.put("ListEvents by user_id", () -> {
      Session session = server.given().session();
      return listEvents(
          ListEventsRequest.newBuilder().setUserId(session.getUserId()).build());
    });
    stops.put("ListEvents by created_after", () -> {
      User user = server.given().user();
      server.given().user();
      return listEvents(
          ListEventsRequest.newBuilder().setCreatedAfter(user.getCreatedAt()).build());
    });
    stops.put("WatchEvents", () -> {
      EventWatch before = EventWatch.fromNow(server);
      before.close();
      String user = server.given().user().getId();
      return () -> {
        try (EventWatch watch = EventWatch.from(server, before.cursor())) {
          watch.await(event -> event.getUserId().equals(user));
        }
      };
    });
  }

  /** The second page, which has a position to go on from. */
  private Runnable listEvents(ListEventsRequest filters) {
    String next =
        server.events().listEvents(filters.toBuilder().setPageSize(1).build()).getNextPageToken();
    ListEventsRequest request = filters.toBuilder().setPageToken(next).build();
    return () -> server.events().listEvents(request);
  }

  private void callers() {
    stops.put("CreateCallerKey", () -> () -> server.given().callerKey(Role.ROLE_VALIDATOR));
    stops.put("CreateCallerKey, the second", () -> {
      CallerKey first = server.given().callerKey(Role.ROLE_VALIDATOR).getCallerKey();
      CreateCallerKeyRequest request = CreateCallerKeyRequest.newBuilder()
          .setCallerName(first.getCallerName())
          .setRequestId(UUID.randomUUID().toString())
          .build();
      return () -> server.callers().createCallerKey(request);
    });
    stops.put("CreateCallerKey, other roles", () -> {
      CallerKey first = server.given().callerKey(Role.ROLE_VALIDATOR).getCallerKey();
      CreateCallerKeyRequest request = CreateCallerKeyRequest.newBuilder()
          .setCallerName(first.getCallerName())
          .addRoles(Role.ROLE_DIRECTORY)
          .build();
      return () -> server.callers().createCallerKey(request);
    });
    stops.put("CreateCallerKey, repeated", () -> {
      CreateCallerKeyRequest request = CreateCallerKeyRequest.newBuilder()
          .setCallerName(Given.freeCallerName())
          .addRoles(Role.ROLE_DIRECTORY)
          .setRequestId(UUID.randomUUID().toString())
          .build();
      server.callers().createCallerKey(request);
      return () -> server.callers().createCallerKey(request);
    });
    stops.put("ListCallerKeys", () -> {
      server.given().callerKey(Role.ROLE_VALIDATOR);
      String next = server
          .callers()
          .listCallerKeys(ListCallerKeysRequest.newBuilder().setPageSize(1).build())
          .getNextPageToken();
      ListCallerKeysRequest request =
          ListCallerKeysRequest.newBuilder().setPageToken(next).build();
      return () -> server.callers().listCallerKeys(request);
    });
    stops.put("RevokeCallerKey", () -> {
      CallerKey key = server.given().callerKey(Role.ROLE_VALIDATOR).getCallerKey();
      return () -> server
          .callers()
          .revokeCallerKey(
              RevokeCallerKeyRequest.newBuilder().setKeyId(key.getId()).build());
    });
  }
}
