package dev.doorward.rpc;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;

/**
 * Parses requests in a way that lets {@link ErrorInterceptor} answer for bytes that are no message. gRPC itself parses
 * outside all interceptors, and calls such bytes a fault of the server's.
 */
final class Parsing {

  private Parsing() {}

  /** The same service; a request that can't be parsed reaches its interceptors as null. */
  static ServerServiceDefinition nullIfMalformed(ServerServiceDefinition service) {
    ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(
            service.getServiceDescriptor().getName())
        .setSchemaDescriptor(service.getServiceDescriptor().getSchemaDescriptor());
    var methods = service.getMethods().stream().map(Parsing::nullIfMalformed).toList();
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    ServerServiceDefinition.Builder parsing = ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(parsing::addMethod);
    return parsing.build();
  }

  private static <Q, A> ServerMethodDefinition<Q, A> nullIfMalformed(
      ServerMethodDefinition<Q, A> definition) {
    MethodDescriptor<Q, A> method = definition.getMethodDescriptor();
    Marshaller<Q> parser = method.getRequestMarshaller();
    Marshaller<Q> patient = new Marshaller<>() {
      @Override
      public InputStream stream(Q request) {
        return parser.stream(request);
      }

      @Override
      public Q parse(InputStream bytes) {
        try {
          return parser.parse(bytes);
        } catch (StatusRuntimeException e) {
          return null;
        }
      }
    };
    return ServerMethodDefinition.create(
        method.toBuilder(patient, method.getResponseMarshaller()).build(),
        definition.getServerCallHandler());
  }
}
