package dev.doorward.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FileDescriptor;
import dev.doorward.testing.DoorwardExtension;
import dev.doorward.testing.TestServer;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoorwardExtension.class)
class ReflectionTest {

  private final TestServer server;

  ReflectionTest(TestServer server) {
    this.server = server;
  }

  @Test
  void everyFileNamesEachOfItsImportsOnce() {
    Map<String, FileDescriptor> files = new LinkedHashMap<>();
    server.services().stream()
        .map(service -> (ProtoFileDescriptorSupplier) service.getSchemaDescriptor())
        .forEach(schema -> collect(schema.getFileDescriptor(), files));

    assertThat(files).containsKey("doorward/v1/user_service.proto");
    assertThat(files.values())
        .allSatisfy(file -> assertThat(file.toProto().getDependencyList())
            .as(file.getName())
            .doesNotHaveDuplicates());
  }

  private static void collect(FileDescriptor file, Map<String, FileDescriptor> files) {
    files.put(file.getName(), file);
    file.getDependencies().forEach(dependency -> collect(dependency, files));
  }
}
