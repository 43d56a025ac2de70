package dev.doorward.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.doorward.secrecy.Suite;
import dev.doorward.testing.Given;
import dev.doorward.testing.Rows;
import dev.doorward.testing.TestMariaDb;
import dev.doorward.testing.TestServer;
import dev.doorward.v1.Account;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import dev.doorward.v1.Verification;
import io.grpc.CallOptions;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** SQL in every text of every request of every RPC with one answer: it is a text like any other. */
@Timeout(600)
class SqlInjectionTest {

  /** Less than the corpus has the database sleep. */
  private static final long DEADLINE_SECONDS = 30;

  /** What a text may never lead to: a fault of ours, or a statement that sleeps. */
  private static final Set<Status.Code> WRONG = Set.of(
      Status.Code.INTERNAL,
      Status.Code.UNKNOWN,
      Status.Code.DEADLINE_EXCEEDED,
      Status.Code.UNAVAILABLE,
      Status.Code.DATA_LOSS);

  /** What is stored and shown as it was given, if it is taken at all. */
  private static final Set<String> VERBATIM = Set.of(
      "name",
      "image",
      "disabled_reason",
      "provider_account_id",
      "access_token",
      "refresh_token",
      "id_token",
      "scope",
      "token_type",
      "session_state");

  /** What a call takes no notice of, for it can't be changed. */
  private static final Set<String> FIXED = Set.of("UpdateAccount provider_account_id");

  /** What ends what it is called for, so that the next call needs another. */
  private static final Pattern USES_UP =
      Pattern.compile("(Delete|Disable|Revoke|Unlink|Change|Set|Complete|Consume).*");

  private static TestServer server;
  private static List<String> corpus;
  private static String schema;
  private static List<String> bystanders;
  private static SignUpResponse bystander;

  /** What a request needs so that it gets as far as the database. */
  private record Good(Map<String, Object> values) {
    static Good fresh(MethodDescriptor method) {
      SignUpResponse signedUp = server.given().signedUp();
      Account account = server.given().account(signedUp.getUser());
      Map<String, Object> values = new HashMap<>();
      values.put("user_id", signedUp.getUser().getId());
      values.put("session_id", signedUp.getSession().getId());
      values.put("session_token", signedUp.getSession().getSessionToken());
      values.put("account_id", account.getId());
      values.put("email", signedUp.getUser().getEmail());
      values.put("password", Given.PASSWORD);
      values.put("current_password", Given.PASSWORD);
      values.put("new_password", "another good password");
      values.put("type", "oauth");
      values.put("provider", account.getProvider());
      values.put("provider_account_id", account.getProviderAccountId());
      values.put("new_email", Given.freeEmail());
      values.put("signed_in_user_id", signedUp.getUser().getId());
      addToken(values, method, signedUp.getUser());
      values.put("doorward.v1.User.id", signedUp.getUser().getId());
      values.put("doorward.v1.Account.id", account.getId());
      values.put("doorward.v1.Session.id", signedUp.getSession().getId());
      return new Good(values);
    }

    private static void addToken(Map<String, Object> values, MethodDescriptor method, User user) {
      switch (method.getName()) {
        case "CheckVerification", "ConsumeVerification" -> {
          Verification verification = server.given().verification(user.getEmail(), "sign-in");
          values.put("identifier", verification.getIdentifier());
          values.put("purpose", verification.getPurpose());
          values.put("token", verification.getToken());
        }
        case "CreateVerification" -> {
          values.put("identifier", user.getEmail());
          values.put("purpose", "sign-in");
        }
        case "CheckPasswordReset", "CompletePasswordReset" ->
          values.put("token", server.given().passwordReset(user.getEmail()));
        case "CheckEmailVerification", "CompleteEmailVerification" ->
          values.put("token", server.given().emailVerification(user));
        case "CheckEmailChange", "CompleteEmailChange" ->
          values.put("token", server.given().emailChange(user, Given.freeEmail()));
        default -> {}
      }
    }

    Object value(FieldDescriptor field) {
      return values.getOrDefault(field.getFullName(), values.get(field.getName()));
    }
  }

  @BeforeAll
  static void start() throws IOException {
    server = TestServer.start(
        TestMariaDb.fresh(),
        "password.memory-kib",
        "8",
        "password.iterations",
        "1",
        "limit.calls-per-second",
        "1000000",
        "verification.requests",
        "1000000");
    corpus = corpus();
    Suite.letGo(corpus);
    bystander = server.given().signedUp();
    schema = schema();
    bystanders = rowsOfBystander();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static Stream<MethodDescriptor> methods() {
    return new ClassFileImporter()
        .importPackages("dev.doorward.v1").stream()
            .filter(type -> type.getSimpleName().endsWith("ServiceGrpc"))
            .map(SqlInjectionTest::descriptor)
            .flatMap(service -> service.getMethods().stream())
            .filter(method -> !method.isClientStreaming() && !method.isServerStreaming());
  }

  @Test
  void theCorpusIsWorthTheName() {
    assertThat(corpus).hasSizeGreaterThan(150).doesNotHaveDuplicates();
    assertThat(methods().count()).isGreaterThan(20);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aTextIsATextWhateverItSays(MethodDescriptor method) {
    Good good = Good.fresh(method);
    for (List<FieldDescriptor> path : texts(method.getInputType(), List.of())) {
      for (String text : corpus) {
        call(method, path, text, request(method.getInputType(), path, text, null));
        if (USES_UP.matcher(method.getName()).matches()) {
          good = Good.fresh(method);
        }
        call(method, path, text, request(method.getInputType(), path, text, good));
      }
    }

    assertThat(schema()).isEqualTo(schema);
    assertThat(rowsOfBystander()).isEqualTo(bystanders);
    assertThat(server.rows().count("user WHERE email LIKE 'injected%' OR id = 'injected'"))
        .isZero();
    assertThat(server.rows().count("mysql.user WHERE user = 'injected'")).isZero();
  }

  private static void call(
      MethodDescriptor method, List<FieldDescriptor> path, String text, DynamicMessage request) {
    Message answer;
    try {
      answer = ClientCalls.blockingUnaryCall(
          server.channel(),
          grpcMethod(method),
          CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS),
          request);
    } catch (StatusRuntimeException e) {
      assertThat(WRONG)
          .as("%s, %s: %s", method.getFullName(), path, text)
          .doesNotContain(e.getStatus().getCode());
      return;
    }
    FieldDescriptor leaf = path.get(path.size() - 1);
    if (VERBATIM.contains(leaf.getName())
        && !FIXED.contains(method.getName() + " " + leaf.getName())) {
      shown(answer, leaf).forEach(stored -> assertThat(stored).isEqualTo(text));
    }
  }

  /** The request with that text at that place; around it what a good request has, or nothing. */
  private static DynamicMessage request(
      Descriptor type, List<FieldDescriptor> path, String text, Good good) {
    DynamicMessage.Builder builder = DynamicMessage.newBuilder(type);
    FieldDescriptor next = path.get(0);
    if (good != null) {
      for (FieldDescriptor field : type.getFields()) {
        boolean chosen = field.getContainingOneof() == null
            || field.getContainingOneof() != next.getContainingOneof()
                && field.getContainingOneof().getField(0) == field;
        if (chosen && !field.isRepeated() && good.value(field) != null) {
          builder.setField(field, good.value(field));
        }
      }
    }
    Object value = path.size() == 1
        ? text
        : request(next.getMessageType(), path.subList(1, path.size()), text, good);
    if (next.isRepeated()) {
      builder.addRepeatedField(next, value);
    } else {
      builder.setField(next, value);
    }
    return builder.build();
  }

  /** The way to every text of a message, in messages within it too. */
  private static List<List<FieldDescriptor>> texts(Descriptor type, List<FieldDescriptor> above) {
    List<List<FieldDescriptor>> paths = new ArrayList<>();
    for (FieldDescriptor field : type.getFields()) {
      if (above.contains(field)) {
        continue; // A Struct holds Structs.
      }
      List<FieldDescriptor> path = new ArrayList<>(above);
      path.add(field);
      if (field.getJavaType() == JavaType.STRING) {
        paths.add(path);
      } else if (field.getJavaType() == JavaType.MESSAGE) {
        paths.addAll(texts(field.getMessageType(), path));
      }
    }
    return paths;
  }

  private static List<String> shown(Message answer, FieldDescriptor wanted) {
    List<String> shown = new ArrayList<>();
    answer.getAllFields().forEach((field, value) -> {
      if (field.getFullName().equals(wanted.getFullName())) {
        shown.add((String) value);
      } else if (field.getJavaType() == JavaType.MESSAGE && !field.isRepeated()) {
        shown.addAll(shown((Message) value, wanted));
      }
    });
    return shown;
  }

  private static io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage> grpcMethod(
      MethodDescriptor method) {
    return io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
        .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(method.getService().getFullName() + "/" + method.getName())
        .setRequestMarshaller(
            ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())))
        .setResponseMarshaller(
            ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getOutputType())))
        .build();
  }

  private static com.google.protobuf.Descriptors.ServiceDescriptor descriptor(JavaClass type) {
    try {
      ServiceDescriptor service =
          (ServiceDescriptor) type.reflect().getMethod("getServiceDescriptor").invoke(null);
      return ((ProtoServiceDescriptorSupplier) service.getSchemaDescriptor())
          .getServiceDescriptor();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** Every table, column, key and right. */
  private static String schema() {
    Rows rows = server.rows();
    return rows.texts("""
            SELECT CONCAT_WS(' ', table_name, column_name, column_type, collation_name, column_key)
            FROM information_schema.columns WHERE table_schema = DATABASE()
            ORDER BY table_name, ordinal_position
            """)
        + " "
        + rows.texts("SELECT CONCAT_WS(' ', user, host) FROM mysql.user ORDER BY user, host")
        + rows.texts("SELECT @@GLOBAL.general_log");
  }

  private static List<String> rowsOfBystander() {
    String id = bystander.getUser().getId();
    List<String> found = new ArrayList<>();
    found.addAll(server.rows().texts("""
        SELECT CONCAT_WS('|', HEX(id), HEX(email), HEX(name), updatedAt, disabledAt, HEX(metadata))
        FROM user WHERE id = ?
        """, id));
    found.addAll(server.rows().texts("""
        SELECT CONCAT_WS('|', HEX(id), HEX(sessionToken), expires, HEX(userAgent), HEX(ipAddress))
        FROM session WHERE userId = ?
        """, id));
    found.addAll(server.rows().texts("""
        SELECT CONCAT_WS('|', HEX(id), HEX(provider), HEX(providerAccountId), HEX(password))
        FROM account WHERE userId = ?
        """, id));
    assertThat(found).hasSize(3);
    return found;
  }

  /** One text a line; what can't be written is escaped as in Java. */
  private static List<String> corpus() throws IOException {
    try (InputStream in = SqlInjectionTest.class.getResourceAsStream("/injections.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(SqlInjectionTest::unescape)
          .toList();
    }
  }

  private static String unescape(String line) {
    return Pattern.compile("\\\\(u[0-9a-f]{4}|[nrtb](?![a-z]))")
        .matcher(line)
        .replaceAll(found -> java.util.regex.Matcher.quoteReplacement(
            switch (found.group(1).charAt(0)) {
              case 'n' -> "\n";
              case 'r' -> "\r";
              case 't' -> "\t";
              case 'b' -> "\b";
              default -> Character.toString(Integer.parseInt(found.group(1).substring(1), 16));
            }));
  }
}
