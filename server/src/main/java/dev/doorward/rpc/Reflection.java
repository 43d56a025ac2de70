package dev.doorward.rpc;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.rpc.ErrorDetailsProto;
import io.grpc.BindableService;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the server tells about its own API. Generated code has descriptors without comments and without JSON names, and
 * knows nothing of error details; so reflection answers from the published descriptor set, with those beside it.
 */
final class Reflection {

  private static final String DESCRIPTOR_SET = "/doorward/v1/doorward.binpb";
  private static final String PACKAGE_PATH = "doorward/v1/";
  private static final String REASONS = "doorward/v1/error_reason.proto";

  private final Map<String, FileDescriptorProto> published = new HashMap<>();
  private final Map<String, FileDescriptor> built = new HashMap<>();

  Reflection() {
    try (InputStream in = Reflection.class.getResourceAsStream(DESCRIPTOR_SET)) {
      FileDescriptorSet.parseFrom(in)
          .getFileList()
          .forEach(file -> published.put(file.getName(), file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    FileDescriptor details = ErrorDetailsProto.getDescriptor();
    details.getDependencies().forEach(file -> built.put(file.getName(), file));
    built.put(details.getName(), details);
  }

  /** The reflection service, in the current version and in v1alpha, which many a grpcurl still asks for. */
  @SuppressWarnings("deprecation")
  static List<BindableService> services() {
    return List.of(
        ProtoReflectionServiceV1.newInstance(),
        io.grpc.protobuf.services.ProtoReflectionService.newInstance());
  }

  /** The same services, with all that there is to tell about them. */
  List<ServerServiceDefinition> describe(List<ServerServiceDefinition> services) {
    return services.stream().map(this::describe).toList();
  }

  private ServerServiceDefinition describe(ServerServiceDefinition service) {
    ServiceDescriptor plain = service.getServiceDescriptor();
    if (!(plain.getSchemaDescriptor() instanceof ProtoFileDescriptorSupplier schema)) {
      return service;
    }
    FileDescriptor file = build(schema.getFileDescriptor().getName());
    ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(plain.getName())
        .setSchemaDescriptor((ProtoFileDescriptorSupplier) () -> file);
    plain.getMethods().forEach(descriptor::addMethod);
    ServerServiceDefinition.Builder described = ServerServiceDefinition.builder(descriptor.build());
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      described.addMethod(method);
    }
    return described.build();
  }

  private FileDescriptor build(String name) {
    FileDescriptor known = built.get(name);
    if (known != null) {
      return known;
    }
    FileDescriptorProto.Builder file = published.get(name).toBuilder();
    if (name.startsWith(PACKAGE_PATH) && file.getServiceCount() > 0) {
      Stream.of(REASONS, ErrorDetailsProto.getDescriptor().getName())
          // Strict readers take none twice.
          .filter(more -> !file.getDependencyList().contains(more))
          .forEach(file::addDependency);
    }
    List<FileDescriptor> dependencies = new ArrayList<>();
    file.getDependencyList().forEach(dependency -> dependencies.add(build(dependency)));
    try {
      FileDescriptor descriptor =
          FileDescriptor.buildFrom(file.build(), dependencies.toArray(FileDescriptor[]::new));
      built.put(name, descriptor);
      return descriptor;
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(name + " of the published descriptor set is not valid", e);
    }
  }
}
