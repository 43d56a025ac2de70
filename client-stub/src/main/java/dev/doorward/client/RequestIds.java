package dev.doorward.client;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Gives each request that can have a {@code request_id}, and has none, a random one. It does so above the channel's
 * retries, so that all attempts of a call have the same.
 */
final class RequestIds implements ClientInterceptor {

  private static final String FIELD = "request_id";

  /** The field of each method that has one. */
  private final Map<String, FieldDescriptor> fields;

  RequestIds(List<ServiceDescriptor> services) {
    this.fields = services.stream()
        .flatMap(service -> service.getMethods().stream())
        .filter(method -> requestType(method).findFieldByName(FIELD) != null)
        .collect(Collectors.toUnmodifiableMap(
            MethodDescriptor::getFullMethodName,
            method -> requestType(method).findFieldByName(FIELD)));
  }

  /** The methods whose requests can have an id. */
  Set<String> methods() {
    return fields.keySet();
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    ClientCall<Q, A> call = next.newCall(method, options);
    FieldDescriptor field = fields.get(method.getFullMethodName());
    return field == null ? call : new Filling<>(call, field);
  }

  private static Descriptor requestType(MethodDescriptor<?, ?> method) {
    return ((ProtoMethodDescriptorSupplier) method.getSchemaDescriptor())
        .getMethodDescriptor()
        .getInputType();
  }

  private static final class Filling<Q, A> extends SimpleForwardingClientCall<Q, A> {

    private final FieldDescriptor field;

    private Filling(ClientCall<Q, A> delegate, FieldDescriptor field) {
      super(delegate);
      this.field = field;
    }

    @Override
    public void sendMessage(Q message) {
      super.sendMessage(filled(message));
    }

    @SuppressWarnings("unchecked") // A message's own builder builds that kind of message.
    private Q filled(Q message) {
      // Somebody may call by bytes, or by a descriptor of their own.
      if (!(message instanceof Message request)
          || request.getDescriptorForType() != field.getContainingType()
          || !request.getField(field).equals(field.getDefaultValue())) {
        return message;
      }
      return (Q)
          request.toBuilder().setField(field, UUID.randomUUID().toString()).build();
    }
  }
}
