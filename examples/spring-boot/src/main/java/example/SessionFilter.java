package example;

import dev.doorward.client.SessionValidator;
import dev.doorward.v1.ValidateSessionResponse;
import io.grpc.StatusRuntimeException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.springframework.web.filter.OncePerRequestFilter;

/** Lets a request through only with the token of a good session, and tells the endpoint whose it is. */
final class SessionFilter extends OncePerRequestFilter {

  /** The request's attribute with the {@link SignedIn}. */
  static final String SIGNED_IN = "doorward.signed-in";

  private static final String SCHEME = "Bearer ";

  private final SessionValidator sessions;
  private final Problems problems;

  SessionFilter(SessionValidator sessions, Problems problems) {
    this.sessions = sessions;
    this.problems = problems;
  }

  /** The token of a request that has come through, and whose it is. */
  record SignedIn(String token, ValidateSessionResponse valid) {}

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Optional<String> token = token(request);
    if (token.isEmpty()) {
      problems.send(Problems.noToken(), response);
      return;
    }
    Optional<ValidateSessionResponse> valid;
    try {
      valid = sessions.validate(token.get());
    } catch (StatusRuntimeException e) {
      problems.send(Problems.unavailable(), response); // Which is not that it is none.
      return;
    }
    if (valid.isEmpty()) {
      problems.send(Problems.noSession(), response);
      return;
    }
    request.setAttribute(SIGNED_IN, new SignedIn(token.get(), valid.get()));
    chain.doFilter(request, response);
  }

  /** RFC 6750, 2.1. The scheme is not case-sensitive (RFC 9110, 11.1). */
  private static Optional<String> token(HttpServletRequest request) {
    List<String> headers = Collections.list(request.getHeaders("Authorization"));
    if (headers.size() != 1 || !headers.get(0).regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    return Optional.of(headers.get(0).substring(SCHEME.length()).strip()).filter(token -> !token.isEmpty());
  }
}
