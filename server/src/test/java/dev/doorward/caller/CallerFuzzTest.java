package dev.doorward.caller;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.doorward.config.InvalidSettings;
import dev.doorward.testing.Parsed;
import dev.doorward.token.TokenForm;
import dev.doorward.v1.CreateCallerKeyRequest;
import dev.doorward.v1.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is shown as a caller's key, or said of a caller, is a key that can be looked for, or nothing. */
@Timeout(60)
class CallerFuzzTest {

  /** Its checksum is right, so that more than the form is tried. */
  private static final String ID = "0123456789abcdef";

  @MethodSource("headers")
  @FuzzTest
  void aHeaderHoldsAKeyOrNothing(@NotNull String header) {
    Optional<CallerKey> shown = CallerMemory.read(header);

    shown.ifPresent(key -> {
      assertThat(header)
          .endsWith(key.reveal())
          .hasSize("Bearer ".length() + key.reveal().length());
      assertThat(key.reveal()).contains("_" + key.id() + "_");
      assertThat(key.reveal()).matches("dwk(dev)?_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}");
      assertThat(TokenForm.isWhole(key.reveal())).isTrue();
    });
    assertThat(CallerKey.read(header).isPresent() && shown.isPresent()).isFalse();
  }

  @MethodSource("requests")
  @FuzzTest
  void aRequestForAKeyIsRefusedByName(@NotNull CreateCallerKeyRequest request) {
    Parsed.fields(fields -> CallerGrpcService.wanted(fields, request)).ifPresent(wanted -> {
      assertThat(wanted.callerName()).matches("[a-z0-9._-]{1,64}");
      assertThat(wanted.lifetime()).isBetween(Duration.ofMinutes(1), Duration.ofDays(366));
      if (wanted.certificateName().given() && wanted.certificateName().value() != null) {
        assertThat(wanted.certificateName().value()).matches("[!-~]{1,255}");
      }
    });
  }

  @MethodSource("files")
  @FuzzTest
  void aFileHoldsTheFirstKeyOrStopsTheStart(byte @NotNull [] bytes) throws IOException {
    Path file = Files.createTempFile(
        "key",
        "",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.write(file, bytes);
      Throwable thrown = catchThrowable(() -> Bootstrap.from(Optional.of(file)));

      if (thrown != null) {
        assertThat(thrown)
            .isInstanceOf(InvalidSettings.class)
            .hasMessageContaining(file.toString());
      }
    } finally {
      Files.delete(file);
    }
  }

  static Stream<String> headers() {
    return Stream.of(
        "Bearer " + CallerKey.generate(ID).reveal(),
        "bearer " + CallerKey.generateForDevelopment().reveal(),
        CallerKey.generate(ID).reveal(),
        "Bearer dwk_",
        "Bearer ",
        "Basic YTpi",
        "");
  }

  static Stream<byte[]> files() {
    return Stream.of(
        (CallerKey.generate(ID).reveal() + "\n").getBytes(US_ASCII),
        CallerKey.generateForDevelopment().reveal().getBytes(US_ASCII),
        new byte[] {(byte) 0xff, (byte) 0xfe},
        new byte[0]);
  }

  static Stream<CreateCallerKeyRequest> requests() {
    CreateCallerKeyRequest plain = CreateCallerKeyRequest.newBuilder()
        .setCallerName("shop")
        .addRoles(Role.ROLE_VALIDATOR)
        .setExpiresIn(com.google.protobuf.Duration.newBuilder().setSeconds(3600).setNanos(1))
        .setCertificateName("spiffe://example.com/shop")
        .build();
    return Stream.of(
        plain,
        plain.toBuilder().setCertificateName("").addRolesValue(99).build(),
        plain.toBuilder()
            .setExpiresIn(com.google.protobuf.Duration.newBuilder()
                .setSeconds(Long.MAX_VALUE)
                .setNanos(-1))
            .build(),
        CreateCallerKeyRequest.newBuilder().setCallerName("-").build());
  }
}
