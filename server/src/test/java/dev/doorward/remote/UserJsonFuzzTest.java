package dev.doorward.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.doorward.testing.Parsed;
import dev.doorward.v1.PortableUser;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in a line is one user as a server would get them, or refused. */
@Timeout(60)
class UserJsonFuzzTest {

  @MethodSource("lines")
  @FuzzTest
  void aLineIsAUserThatArrivesAsItWasOrIsRefused(byte @NotNull [] line)
      throws InvalidProtocolBufferException {
    Optional<PortableUser> user = Parsed.of(() -> UserJson.parse(line));

    if (user.isPresent()) {
      assertThat(PortableUser.parseFrom(user.get().toByteArray())).isEqualTo(user.get());
      // Two of them in a line would be one too few.
      String twice = new String(line, UTF_8) + new String(line, UTF_8);
      assertThat(Parsed.of(() -> UserJson.parse(twice.getBytes(UTF_8)))).isEmpty();
    }
  }

  static Stream<byte[]> lines() {
    return Stream.of(
            "{\"user\":{\"email\":\"ada@example.com\",\"emailVerified\":true,\"createdAt\":"
                + "\"2020-01-02T03:04:05.678901Z\",\"metadata\":{\"a\":[1,-2.5e3,null,true,{}]}},"
                + "\"passwordHash\":\"$2b$06$\",\"accounts\":[{\"type\":\"oauth\",\"provider\":"
                + "\"github\",\"providerAccountId\":\"1\",\"accessToken\":\"t\"}]}",
            " {\"user\":{\"name\":\"Jos\u00e9 \\ud83d\\ude00\"}} \r",
            "{\"user\":{\"name\":\"\\ud83d\"}}",
            "{\"user\":{\"metadata\":{\"\\ude00\":1e400}}}",
            "{user:{email:'a@example.com'}}",
            "{\"user\":{}}//",
            "{}",
            "{} {}",
            "null",
            "[]",
            "{\"user\":null,\"user\":{}}",
            nested(30),
            nested(31),
            nested(40),
            nested(200),
            "{\"user\":{\"etag\":\"")
        .map(text -> text.getBytes(UTF_8));
  }

  /** With as many objects within the line's own and the user's. */
  private static String nested(int depth) {
    return "{\"user\":{\"metadata\":" + "{\"a\":".repeat(depth) + "1" + "}".repeat(depth) + "}}";
  }
}
