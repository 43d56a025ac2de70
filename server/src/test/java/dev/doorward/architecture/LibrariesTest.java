package dev.doorward.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** What no rule of the build sees: the netty that is inside another's jar. The enforcer has the others. */
class LibrariesTest {

  /** Without known holes. */
  private static final String NETTY = "4.2.17.Final";

  @Test
  void theShadedNettyIsNoOlderThanTheOneWithoutKnownHoles() throws IOException {
    Properties versions = new Properties();
    try (InputStream in = LibrariesTest.class.getResourceAsStream(
        "/META-INF/io.grpc.netty.shaded.io.netty.versions.properties")) {
      versions.load(in);
    }

    String found = versions.getProperty("netty-common.version");
    assertThat(Arrays.compare(numbers(found), numbers(NETTY)))
        .as(found + " (expected: " + NETTY + " or later)")
        .isNotNegative();
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("\\."))
        .filter(part -> part.matches("[0-9]+"))
        .mapToInt(Integer::parseInt)
        .toArray();
  }
}
