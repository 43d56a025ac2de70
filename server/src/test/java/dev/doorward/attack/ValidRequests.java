package dev.doorward.attack;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import dev.doorward.secrecy.Suite;
import dev.doorward.testing.EventWatch;
import dev.doorward.testing.TestIssuer;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Account;
import dev.doorward.v1.CreateCallerKeyRequest;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.GetFeedHeadRequest;
import dev.doorward.v1.LinkAccountRequest;
import dev.doorward.v1.ListCallerKeysRequest;
import dev.doorward.v1.ListEventsRequest;
import dev.doorward.v1.ListUsersRequest;
import dev.doorward.v1.Role;
import dev.doorward.v1.SetPasswordRequest;
import dev.doorward.v1.User;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Requests of every method that a server has registered, as somebody makes them who means well: about a few users whose ids,
 * addresses and tokens are the same in each run. The same random numbers make the same request.
 */
final class ValidRequests {

  /** A method, and what it is asked with. */
  record Method(String path, Descriptor request, boolean streaming) {
    String name() {
      return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Whether a request is good once, by a token that was delivered to somebody. */
    boolean isGoodOnce() {
      return request.findFieldByName("token") != null;
    }
  }

  private static final int USERS = 64;
  private static final long IN_FUTURE = 4_000_000_000L;

  /** What is filled in only now and then, for it is mostly left out, or changes what is asked for altogether. */
  private static final Set<String> RARE = Set.of(
      "etag",
      "certificate_name",
      "wait_everywhere",
      "from_oldest",
      "keep_session_id",
      "id",
      "nonce");

  private static final String PASSWORD = "what everybody has here";

  private final List<Method> methods = new ArrayList<>();
  private final Map<String, String> pageTokens = new HashMap<>();
  private final List<String> keyIds = new ArrayList<>();
  private final List<String> idTokens = new ArrayList<>();
  private final String cursor;
  private final Message feedPosition;

  /** Makes the users too. */
  ValidRequests(TestServer server) {
    // What mutates may get into any field.
    Suite.letGo(List.of(PASSWORD));
    Suite.letGo(IntStream.range(0, USERS).mapToObj(ValidRequests::token).toList());
    server
        .services()
        .forEach(service -> service.getMethods().forEach(method -> methods.add(method(method))));
    methods.sort(java.util.Comparator.comparing(Method::path));
    for (int i = 0; i < USERS; i++) {
      create(server, i);
    }
    pageTokens.put(
        "ListUsersRequest",
        server
            .users()
            .listUsers(ListUsersRequest.newBuilder().setPageSize(1).build())
            .getNextPageToken());
    pageTokens.put(
        "ListEventsRequest",
        server
            .events()
            .listEvents(ListEventsRequest.newBuilder().setPageSize(1).build())
            .getNextPageToken());
    pageTokens.put(
        "ListCallerKeysRequest",
        server
            .callers()
            .listCallerKeys(ListCallerKeysRequest.newBuilder().setPageSize(1).build())
            .getNextPageToken());
    EventWatch watch = EventWatch.fromNow(server);
    watch.close();
    this.cursor = watch.cursor();
    this.feedPosition =
        server.sessions().getFeedHead(GetFeedHeadRequest.getDefaultInstance()).getHead();
  }

  List<Method> methods() {
    return methods;
  }

  /** What a request of that method may look like. */
  DynamicMessage next(Method method, Random random) {
    return message(method.request(), random, random.nextInt(USERS));
  }

  private static Method method(MethodDescriptor<?, ?> method) {
    return new Method(
        "/" + method.getFullMethodName(),
        ((ProtoMethodDescriptorSupplier) method.getSchemaDescriptor())
            .getMethodDescriptor()
            .getInputType(),
        method.getType() != MethodDescriptor.MethodType.UNARY);
  }

  private void create(TestServer server, int user) {
    server
        .given()
        .user(User.newBuilder().setId("u" + user).setEmail(email(user)).build());
    server
        .passwords()
        .setPassword(SetPasswordRequest.newBuilder()
            .setUserId("u" + user)
            .setNewPassword(PASSWORD)
            .build());
    server
        .sessions()
        .createSession(CreateSessionRequest.newBuilder()
            .setUserId("u" + user)
            .setSessionId("s" + user)
            .setSessionToken(token(user))
            .build());
    server
        .accounts()
        .linkAccount(LinkAccountRequest.newBuilder()
            .setAccount(Account.newBuilder()
                .setId("a" + user)
                .setUserId("u" + user)
                .setType("oauth")
                .setProvider("github")
                .setProviderAccountId("g" + user))
            .build());
    idTokens.add(TestIssuer.token(claims -> claims
        .subject("i" + user)
        .claim("email", "i" + user + "@example.com")
        .expirationTime(Date.from(Instant.now().plus(java.time.Duration.ofHours(2))))));
    keyIds.add(server
        .callers()
        .createCallerKey(CreateCallerKeyRequest.newBuilder()
            .setCallerName("mutated-" + user)
            .addRoles(Role.ROLE_DIRECTORY)
            .build())
        .getCallerKey()
        .getId());
  }

  private DynamicMessage message(Descriptor type, Random random, int user) {
    DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
    boolean nextPage = pageTokens.containsKey(type.getName()) && random.nextBoolean();
    for (FieldDescriptor field : type.getFields()) {
      boolean fits = field.getName().equals("page_token")
          ? nextPage
          : !nextPage || field.getName().equals("page_size"); // A token is bound to its filters.
      if (fits && isWanted(builder, field, random)) {
        set(builder, field, random, user);
      }
    }
    return builder.build();
  }

  private static boolean isWanted(
      DynamicMessage.Builder builder, FieldDescriptor field, Random random) {
    OneofDescriptor oneof = field.getRealContainingOneof();
    if (oneof == null) {
      return random.nextInt(8) < (RARE.contains(field.getName()) ? 1 : 7);
    }
    return builder.getOneofFieldDescriptor(oneof) == null
        && random.nextInt(oneof.getFieldCount() - oneof.getFields().indexOf(field)) == 0;
  }

  private void set(DynamicMessage.Builder builder, FieldDescriptor field, Random random, int user) {
    if (!field.isRepeated()) {
      builder.setField(field, value(field, random, user));
      return;
    }
    int count = field.getName().equals("seqs") ? 16 : 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      builder.addRepeatedField(field, value(field, random, (user + i) % USERS));
    }
  }

  private Object value(FieldDescriptor field, Random random, int user) {
    return switch (field.getJavaType()) {
      case STRING -> text(field, random, user);
      case MESSAGE -> inner(field, random, user);
      case BOOLEAN -> random.nextBoolean();
      case ENUM ->
        field
            .getEnumType()
            .getValues()
            .get(random.nextInt(field.getEnumType().getValues().size()));
      case INT -> 1 + random.nextInt(20);
      case LONG -> (long) random.nextInt(20);
      case FLOAT -> random.nextFloat();
      case DOUBLE -> random.nextDouble();
      case BYTE_STRING -> com.google.protobuf.ByteString.copyFromUtf8("x");
    };
  }

  private Message inner(FieldDescriptor field, Random random, int user) {
    Descriptor type = field.getMessageType();
    return switch (type.getFullName()) {
      case "google.protobuf.Timestamp" ->
        Timestamp.newBuilder()
            .setSeconds(seconds(field))
            .setNanos(random.nextInt(1_000_000) * 1000)
            .build();
      case "google.protobuf.Duration" ->
        Duration.newBuilder().setSeconds(60 + random.nextInt(100_000)).build();
      case "google.protobuf.Struct" ->
        Struct.newBuilder()
            .putFields("a", Value.newBuilder().setNumberValue(random.nextInt()).build())
            .build();
      case "google.protobuf.FieldMask" -> mask(field.getContainingType(), random);
      case "doorward.v1.FeedPosition" -> feedPosition;
      default -> message(type, random, user);
    };
  }

  private static long seconds(FieldDescriptor field) {
    return switch (field.getFullName()) {
      case "doorward.v1.CreateVerificationRequest.expires_at" ->
        Instant.now().getEpochSecond() / 86_400 * 86_400 + 2 * 86_400;
      default -> field.getName().equals("created_after") ? 1 << 30 : IN_FUTURE;
    };
  }

  private static FieldMask mask(Descriptor request, Random random) {
    List<String> paths = switch (request.getName()) {
      case "UpdateUserRequest" -> List.of("name", "image", "metadata", "email_verified");
      case "UpdateAccountRequest" -> List.of("scope", "access_token", "token_type");
      case "UpdateSessionRequest" -> List.of("user_agent", "ip_address");
      default -> List.<String>of();
    };
    return paths.isEmpty()
        ? FieldMask.getDefaultInstance()
        : FieldMask.newBuilder()
            .addPaths(paths.get(random.nextInt(paths.size())))
            .build();
  }

  private String text(FieldDescriptor field, Random random, int user) {
    return switch (field.getFullName()) {
      case "doorward.v1.User.id" -> "u" + user;
      case "doorward.v1.Account.id" -> "a" + user;
      case "doorward.v1.SignInWithIdTokenRequest.provider" -> TestIssuer.NAME;
      case "doorward.v1.SignInWithIdTokenRequest.id_token" -> idTokens.get(user);
      case "doorward.v1.CreateVerificationRequest.token" -> token(user);
      case "doorward.v1.User.email", "doorward.v1.GetUserRequest.email" -> email(user);
      default ->
        switch (field.getName()) {
          case "user_id", "user_ids" -> "u" + user;
          case "session_id", "keep_session_id" -> "s" + user;
          case "session_token", "session_tokens" -> token(user);
          case "account_id" -> "a" + user;
          case "email", "new_email" ->
            random.nextBoolean() ? email(user) : "x" + random.nextInt() + "@example.com";
          case "email_prefix" -> "u";
          case "password", "current_password", "new_password" -> PASSWORD;
          case "purpose" -> "sign-in";
          case "type" -> "oauth";
          case "provider" -> "github";
          case "provider_account_id" -> random.nextBoolean() ? "g" + user : "x" + random.nextInt();
          case "request_id" -> new UUID(user, random.nextInt(1000)).toString();
          case "page_token" -> pageTokens.getOrDefault(field.getContainingType().getName(), "");
          case "cursor" -> cursor;
          case "caller_name" -> "mutated-" + user;
          case "key_id" -> keyIds.get(user);
          case "certificate_name" -> "spiffe://example.com/" + user;
          case "ip_address" -> "192.0.2." + user;
          case "etag", "service", "list_services", "host" -> "";
          case "file_by_filename" -> "doorward/v1/user_service.proto";
          case "file_containing_symbol", "containing_type", "all_extension_numbers_of_type" ->
            "doorward.v1.UserService";
          default -> "text " + random.nextInt(10);
        };
    };
  }

  private static String email(int user) {
    return "u" + user + "@example.com";
  }

  private static String token(int user) {
    return "0123456789abcdef" + user;
  }
}
