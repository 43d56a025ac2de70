package dev.doorward.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NetworkTest {

  @Test
  void anIpv4AddressIsANetworkOfItsOwn() {
    assertThat(Network.of("192.0.2.1").name()).isEqualTo("192.0.2.1");
    assertThat(Network.of("::ffff:192.0.2.1")).isEqualTo(Network.of("192.0.2.1"));
    assertThat(Network.of("192.0.2.2")).isNotEqualTo(Network.of("192.0.2.1"));
  }

  @Test
  void anIpv6AddressIsCountedByItsFirst64Bits() {
    assertThat(Network.of("2001:db8:1:2:ffff::1").name()).isEqualTo("2001:db8:1:2::/64");
    assertThat(Network.of("2001:db8:1:2::")).isEqualTo(Network.of("2001:db8:1:2:ffff::1"));
    assertThat(Network.of("2001:db8:1:3::1")).isNotEqualTo(Network.of("2001:db8:1:2::1"));
  }
}
