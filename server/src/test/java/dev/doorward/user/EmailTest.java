package dev.doorward.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailTest {

  @ParameterizedTest
  @CsvSource({
    "ada@example.com, ada@example.com",
    "ADA@EXAMPLE.COM, ada@example.com",
    "ISIK@EXAMPLE.COM, isik@example.com", // A Turkish JVM makes a dotless i of I.
    "ＡＤＡ＠ｅｘａｍｐｌｅ．ｃｏｍ, ada@example.com",
    "'\t\u3000 ada@example.com \n', ada@example.com",
    "\u212Aarl@example.com, karl@example.com", // The Kelvin sign.
    "jose\u0301@example.com, jos\u00e9@example.com",
    "a.b+c_d-e!#$%&'*/=?^`{|}~@example.com, a.b+c_d-e!#$%&'*/=?^`{|}~@example.com",
    "用户@例子.公司, 用户@例子.公司",
    "a@localhost, a@localhost",
    "a@xn--bcher-kva.example, a@xn--bcher-kva.example"
  })
  void anAddressIsNormalised(String text, String expected) {
    assertThat(Email.parse(text).value()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "@",
        "ada",
        "ada@",
        "@example.com",
        "a@b@c",
        "ada@@example.com",
        "\"ada\"@example.com",
        "a da@example.com",
        "ada@exa mple.com",
        "ada\u00a0l@example.com",
        "ada\u0000@example.com",
        "ada\r\n@example.com",
        "ada@example.com\r\nBcc: x@example.com,",
        "ada@example..com",
        "ada@.example.com",
        "ada@example.com.",
        ".ada@example.com",
        "ada.@example.com",
        "a..b@example.com",
        "ada@-example.com",
        "ada@example-.com",
        "ada@[127.0.0.1]",
        "ada(comment)@example.com",
        "<ada@example.com>",
        "ada@example.com,bob@example.com",
        "ada;bob@example.com",
        "a\\b@example.com",
        "ada\u200b@example.com",
        "ada@exam\u200dple.com",
        "\ufeffada@example.com",
        "ada\u202e@example.com",
        "ada@example.com\u2060",
        "ada@exa_mple.com",
        "ada@exam%ple.com",
        "ada:x@example.com",
        "\ud800@example.com"
      })
  void whatIsNoPlainAddressIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Email.parse(text))
        .withMessageStartingWith("expected: ");
  }

  @Test
  void anAddressHasAtMost254Bytes() {
    String local = "a".repeat(64) + "@";
    String domain = "b".repeat(63) + "." + "c".repeat(63) + "." + "d".repeat(61);

    assertThat(Email.parse(local + domain).value()).hasSize(254);
    assertThatIllegalArgumentException().isThrownBy(() -> Email.parse(local + domain + "d"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Email.parse("é".repeat(33) + "@example.com"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Email.parse("a@" + "b".repeat(1 << 18) + ".com"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"İ@example.com", "ﬃ@example.com", "ϓ@example.com", "ẞ@example.com", "ǆ@example.com"
      })
  void normalisingTwiceIsNormalisingOnce(String text) {
    String once = Email.parse(text).value();

    assertThat(Email.parse(once).value()).isEqualTo(once);
  }
}
