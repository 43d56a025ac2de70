package dev.doorward.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import dev.doorward.testing.Parsed;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is given as the address of an end user is refused by name, or an address in one form and of one network. */
@Timeout(60)
class AddressFuzzTest {

  @ValueSource(
      strings = {
        "192.0.2.1",
        "2001:DB8:0:0::1",
        "::ffff:192.0.2.1",
        "::192.0.2.1",
        "64:ff9b::192.0.2.1",
        "fe80::1%eth0",
        "[::1]",
        "::",
        "1.2.3",
        "010.1.1.1",
        "localhost",
        "١.٢.٣.٤"
      })
  @FuzzTest
  void anAddressIsRefusedOrHasOneFormAndOneNetwork(@NotNull String text) {
    Parsed.fields(fields -> fields.ipAddress("ip_address", text)).ifPresent(address -> {
      assertThat(Parsed.fields(fields -> fields.ipAddress("ip_address", address)))
          .contains(address);
      assertThat(address).matches("[0-9a-f:.]{2,45}");
      String network = Network.of(address).name();
      assertThat(network).isEqualTo(Network.of(text).name());
      if (network.endsWith("/64")) {
        assertThat(Network.of(network.substring(0, network.length() - 3)).name())
            .isEqualTo(network);
      } else {
        assertThat(network).isEqualTo(address);
      }
    });
  }
}
