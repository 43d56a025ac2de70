package dev.doorward.client;

import io.grpc.Attributes;
import io.grpc.CallCredentials;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Brings the caller's key with each call: over TLS, or to this very machine, and nowhere else. */
final class KeyCredentials extends CallCredentials {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final KeySource source;

  KeyCredentials(KeySource source) {
    this.source = source;
  }

  @Override
  public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier applier) {
    if (call.getSecurityLevel() != SecurityLevel.PRIVACY_AND_INTEGRITY
        && !isOnThisMachine(call.getTransportAttrs())) {
      applier.fail(Status.UNAUTHENTICATED.withDescription(
          "the key was not sent: the connection is neither encrypted nor to this machine"));
    } else if (source.isAtHand()) {
      apply(applier);
    } else {
      executor.execute(() -> apply(applier));
    }
  }

  @Override
  public String toString() {
    return "KeyCredentials[" + source + "]";
  }

  private void apply(MetadataApplier applier) {
    Optional<String> key;
    try {
      key = source.key();
    } catch (IllegalStateException e) {
      applier.fail(Status.UNAUTHENTICATED.withDescription(e.getMessage()).withCause(e));
      return;
    }
    Metadata headers = new Metadata();
    key.ifPresent(present -> headers.put(AUTHORIZATION, "Bearer " + present));
    applier.apply(headers);
  }

  /** By the address that was connected to: a name may mean anything. */
  private static boolean isOnThisMachine(Attributes transport) {
    SocketAddress peer = transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    return peer instanceof InetSocketAddress address
        && address.getAddress() != null
        && address.getAddress().isLoopbackAddress();
  }
}
