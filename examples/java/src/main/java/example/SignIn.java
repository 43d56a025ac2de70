package example;

import com.sun.net.httpserver.HttpExchange;
import dev.doorward.client.DoorwardClient;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.Session;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignInResponse;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import java.io.IOException;
import java.util.Map;

/** How users come to have a session. */
final class SignIn {

  private final DoorwardClient doorward;

  SignIn(DoorwardClient doorward) {
    this.doorward = doorward;
  }

  Answer signUp(HttpExchange exchange) throws IOException {
    Body body = Body.of(exchange);
    SignUpRequest.Builder request = SignUpRequest.newBuilder()
        .setEmail(body.text("email"))
        .setPassword(body.text("password"))
        .setClientContext(context(exchange));
    body.optionalText("name").ifPresent(request::setName);

    SignUpResponse signedUp = doorward.passwords().signUp(request.build());

    return signedIn(201, signedUp.getSession(), signedUp.getUser());
  }

  Answer signIn(HttpExchange exchange) throws IOException {
    Body body = Body.of(exchange);
    SignInRequest request = SignInRequest.newBuilder()
        .setEmail(body.text("email"))
        .setPassword(body.text("password"))
        .setClientContext(context(exchange))
        .build();

    SignInResponse signedIn = doorward.passwords().signIn(request);

    return signedIn(200, signedIn.getSession(), signedIn.getUser());
  }

  private static Answer signedIn(int status, Session session, User user) {
    return Answer.of(
        status, Map.of("token", session.getSessionToken(), "user", Answer.user(user)));
  }

  /** Who asks, so that Doorward can slow guessing down. Behind a proxy, the address is the one that the proxy tells. */
  private static ClientContext context(HttpExchange exchange) {
    ClientContext.Builder context = ClientContext.newBuilder()
        .setIpAddress(exchange.getRemoteAddress().getAddress().getHostAddress());
    String agent = exchange.getRequestHeaders().getFirst("User-Agent");
    return (agent == null ? context : context.setUserAgent(agent)).build();
  }
}
