package dev.doorward.testing.tour;

import dev.doorward.database.Page;
import dev.doorward.rpc.PageTokens;
import dev.doorward.testing.Given;
import dev.doorward.testing.Imports;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.BatchGetUsersRequest;
import dev.doorward.v1.CreateUserRequest;
import dev.doorward.v1.DeleteUserRequest;
import dev.doorward.v1.DisableUserRequest;
import dev.doorward.v1.EnableUserRequest;
import dev.doorward.v1.ExportUserDataRequest;
import dev.doorward.v1.ExportUsersRequest;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.ImportUsersRequest;
import dev.doorward.v1.ListUsersRequest;
import dev.doorward.v1.PortableUser;
import dev.doorward.v1.Session;
import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.User;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** The calls about users. */
final class UserStops {

  private static final String BCRYPT =
      "$2b$06$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

  private final TestServer server;

  UserStops(TestServer server) {
    this.server = server;
  }

  void addTo(Map<String, Supplier<Runnable>> stops) {
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
    stops.put("ExportUserData", () -> {
      Session session = server.given().session();
      ExportUserDataRequest request =
          ExportUserDataRequest.newBuilder().setUserId(session.getUserId()).build();
      return () -> server.users().exportUserData(request).forEachRemaining(part -> {});
    });
    stops.put("ImportUsers", () -> {
      ImportUsersRequest request = ImportUsersRequest.newBuilder()
          .addUsers(portable().setPasswordHash(BCRYPT).addAccounts(Given.freeAccount()))
          .addUsers(portable().setPasswordHash(BCRYPT).addAccounts(Given.freeAccount()))
          .build();
      return () -> Imports.of(server.channel(), request);
    });
    stops.put("ImportUsers, repeated", () -> {
      ImportUsersRequest request =
          ImportUsersRequest.newBuilder().addUsers(portable()).build();
      Imports.of(server.channel(), request);
      return () -> Imports.of(server.channel(), request);
    });
    stops.put("ImportUsers with dry_run", () -> {
      ImportUsersRequest request = ImportUsersRequest.newBuilder()
          .addUsers(portable().addAccounts(Given.freeAccount()))
          .setDryRun(true)
          .build();
      return () -> Imports.of(server.channel(), request);
    });
    stops.put("ExportUsers", () -> exportUsers(false));
    stops.put("ExportUsers with include_secrets", () -> exportUsers(true));
    stops.put("DeleteUser", () -> {
      Session session = server.given().session();
      return () -> server
          .users()
          .deleteUser(
              DeleteUserRequest.newBuilder().setUserId(session.getUserId()).build());
    });
  }

  private static PortableUser.Builder portable() {
    return PortableUser.newBuilder().setUser(User.newBuilder().setEmail(Given.freeEmail()));
  }

  /** From the last user but one on. */
  private Runnable exportUsers(boolean secrets) {
    ExportUsersRequest filters =
        ExportUsersRequest.newBuilder().setIncludeSecrets(secrets).build();
    User user = server.given().user();
    Instant createdAt = Instant.ofEpochSecond(
        user.getCreatedAt().getSeconds(), user.getCreatedAt().getNanos());
    server.given().account(server.given().user());
    String token = PageTokens.write(
        new Page<>(List.of(), Optional.of(new Page.Position(createdAt, user.getId()))), filters);
    return () -> server
        .users()
        .exportUsers(filters.toBuilder().setPageToken(token).build())
        .forEachRemaining(message -> {});
  }

  /** The second page, which has a position to go on from. */
  private Runnable listUsers(ListUsersRequest filters) {
    String next =
        server.users().listUsers(filters.toBuilder().setPageSize(1).build()).getNextPageToken();
    ListUsersRequest request = filters.toBuilder().setPageToken(next).build();
    return () -> server.users().listUsers(request);
  }
}
