package dev.doorward.rpc;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerCall;
import io.grpc.ServerTransportFilter;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Reads, once for each connection, whose certificate it was opened with. */
final class ClientCertificates extends ServerTransportFilter {

  private static final Attributes.Key<String> NAME = Attributes.Key.create("certificate-name");

  /** DNS name and URI, of the kinds that RFC 5280 gives an alternative name. */
  private static final Set<Integer> KINDS = Set.of(2, 6);

  /** RFC 5280 has both kinds in IA5; whatever else a certificate carries can be no caller's. */
  private static final Predicate<String> NAMES =
      Pattern.compile("[\\x21-\\x7e]{1,255}").asMatchPredicate();

  /**
   * The one name in the certificate that the caller has proved to hold: its only URI or DNS name. Empty without a
   * certificate, and for one with several names, which would be everybody's guess.
   */
  static Optional<String> name(ServerCall<?, ?> call) {
    return Optional.ofNullable(call.getAttributes().get(NAME));
  }

  @Override
  public Attributes transportReady(Attributes transport) {
    return Optional.ofNullable(transport.get(Grpc.TRANSPORT_ATTR_SSL_SESSION))
        .flatMap(ClientCertificates::name)
        .map(name -> transport.toBuilder().set(NAME, name).build())
        .orElse(transport);
  }

  private static Optional<String> name(SSLSession session) {
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate certificate
          ? name(certificate)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty(); // It came without one.
    }
  }

  static Optional<String> name(X509Certificate certificate) {
    try {
      var alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives == null) {
        return Optional.empty();
      }
      List<String> names = alternatives.stream()
          .filter(name -> KINDS.contains((Integer) name.get(0)))
          .map(name -> (String) name.get(1))
          .toList();
      return names.size() == 1 ? Optional.of(names.get(0)).filter(NAMES) : Optional.empty();
    } catch (CertificateParsingException e) {
      return Optional.empty();
    }
  }
}
