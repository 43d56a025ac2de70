package dev.doorward.secrecy;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.InternalConfigurator;
import io.grpc.InternalConfiguratorRegistry;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;

/**
 * Sees every call of every channel and every server of this process: collects the secrets that go either way, and writes down
 * what calls are refused with.
 */
final class Collector implements ClientInterceptor, ServerInterceptor {

  private static final String SCHEME = "Bearer ";
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final RedactedFields fields = new RedactedFields();
  private final OutputStream errors;

  Collector() {
    try {
      errors = Files.newOutputStream(
          Place.ERRORS.file(Long.toString(ProcessHandle.current().pid())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Before there is a channel or a server. */
  void install() {
    InternalConfiguratorRegistry.setConfigurators(List.of(new InternalConfigurator() {
      @Override
      public void configureChannelBuilder(ManagedChannelBuilder<?> channel) {
        channel.intercept(Collector.this);
      }

      @Override
      public void configureServerBuilder(ServerBuilder<?> server) {
        server.intercept(Collector.this);
      }
    }));
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onMessage(R message) {
                collect(message);
                super.onMessage(message);
              }

              @Override
              public void onClose(Status status, Metadata trailers) {
                refused(method.getFullMethodName(), status, trailers);
                super.onClose(status, trailers);
              }
            },
            headers);
      }

      @Override
      public void sendMessage(Q message) {
        collect(message);
        super.sendMessage(message);
      }
    };
  }

  /** Here a key can be seen, whoever has put it into the headers. */
  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String authorization = headers.get(AUTHORIZATION);
    if (authorization != null) {
      Suite.keepCallerKey(
          authorization.startsWith(SCHEME)
              ? authorization.substring(SCHEME.length())
              : authorization);
    }
    return next.startCall(call, headers);
  }

  void refused(String method, Status status, Metadata trailers) {
    if (status.isOk()) {
      return;
    }
    StringBuilder text = new StringBuilder(method).append(' ').append(status).append('\n');
    synchronized (errors) {
      try {
        errors.write(text.toString().getBytes(StandardCharsets.UTF_8));
        for (String name : trailers.keys()) {
          errors.write(
              name.endsWith(Metadata.BINARY_HEADER_SUFFIX)
                  ? trailers.get(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER))
                  : trailers
                      .get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER))
                      .getBytes(StandardCharsets.UTF_8));
          errors.write('\n');
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void collect(Object message) {
    if (message instanceof Message readable) {
      fields.read(readable, Suite::keep);
    }
  }
}
