package dev.doorward.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ServiceConfigTest {

  @Test
  void whetherToRepeatACallIsDecidedForEveryMethod() throws IOException {
    List<String> decided = Stream.of(
            ServiceConfig.REPEATABLE, ServiceConfig.ONCE, ServiceConfig.STREAMS)
        .flatMap(Set::stream)
        .map(MethodDescriptor::getFullMethodName)
        .toList();

    assertThat(decided)
        .as("each method of the contract is in REPEATABLE, in ONCE, or in STREAMS")
        .containsExactlyInAnyOrderElementsOf(methodsOfTheContract());
  }

  @Test
  void everyMethodThatTakesARequestIdIsRepeatable() {
    assertThat(new RequestIds(ServiceConfig.SERVICES).methods())
        .isNotEmpty()
        .isSubsetOf(ServiceConfig.REPEATABLE.stream()
            .map(MethodDescriptor::getFullMethodName)
            .toList());
  }

  @Test
  void everyMethodHasATimeoutButTheStreams() throws IOException {
    List<?> configs =
        (List<?>) ServiceConfig.withTimeout(Duration.ofMillis(1250)).get("methodConfig");

    assertThat(configs)
        .hasSameSizeAs(methodsOfTheContract())
        .filteredOn(config -> ((Map<?, ?>) config).containsKey("timeout"))
        .hasSize(methodsOfTheContract().size() - ServiceConfig.STREAMS.size())
        .allSatisfy(
            config -> assertThat(((Map<?, ?>) config).get("timeout")).isEqualTo("1.250000000s"));
  }

  private static Set<String> methodsOfTheContract() throws IOException {
    try (InputStream in =
        ServiceConfigTest.class.getResourceAsStream("/doorward/v1/doorward.binpb")) {
      return FileDescriptorSet.parseFrom(in).getFileList().stream()
          .filter(file -> file.getPackage().equals("doorward.v1"))
          .flatMap(file -> file.getServiceList().stream()
              .flatMap(service -> service.getMethodList().stream()
                  .map(method -> "doorward.v1." + service.getName() + "/" + method.getName())))
          .collect(Collectors.toSet());
    }
  }
}
