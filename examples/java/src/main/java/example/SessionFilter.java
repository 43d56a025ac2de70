package example;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import dev.doorward.client.SessionValidator;
import dev.doorward.v1.ValidateSessionResponse;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Lets a request through only with the token of a good session, and tells the endpoint whose it is. */
final class SessionFilter extends Filter {

  private static final String SIGNED_IN = "signed-in";
  private static final String SCHEME = "Bearer ";

  private final SessionValidator validator;

  SessionFilter(SessionValidator validator) {
    this.validator = validator;
  }

  /** The session and the user of a request that has come through. */
  record SignedIn(String token, ValidateSessionResponse valid) {

    static SignedIn of(HttpExchange exchange) {
      return (SignedIn) exchange.getAttribute(SIGNED_IN);
    }
  }

  @Override
  public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
    try {
      String token = token(exchange).orElseThrow(Problem::noToken);
      ValidateSessionResponse valid =
          validator.validate(token).orElseThrow(Problem::noSession);
      exchange.setAttribute(SIGNED_IN, new SignedIn(token, valid));
    } catch (Problem problem) {
      problem.answer().send(exchange);
      return;
    } catch (StatusRuntimeException e) {
      Problem.unavailable().answer().send(exchange); // It can't be told, which is not that it is none.
      return;
    }
    chain.doFilter(exchange);
  }

  /** RFC 6750, 2.1. The scheme is not case-sensitive (RFC 9110, 11.1). */
  private static Optional<String> token(HttpExchange exchange) {
    List<String> headers = exchange.getRequestHeaders().getOrDefault("Authorization", List.of());
    if (headers.size() != 1 || !headers.get(0).regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    String token = headers.get(0).substring(SCHEME.length()).strip();
    return token.isEmpty() ? Optional.empty() : Optional.of(token);
  }

  @Override
  public String description() {
    return "a session of Doorward's";
  }
}
