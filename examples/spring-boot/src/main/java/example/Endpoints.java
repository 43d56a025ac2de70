package example;

import dev.doorward.client.DoorwardClient;
import dev.doorward.nearcache.NearCacheStats;
import dev.doorward.v1.ClientContext;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignInResponse;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.SignUpResponse;
import dev.doorward.v1.User;
import example.SessionFilter.SignedIn;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** What the service answers. */
@RestController
class Endpoints {

  private final DoorwardClient doorward;
  private final JsonMapper json;

  Endpoints(DoorwardClient doorward, JsonMapper json) {
    this.doorward = doorward;
    this.json = json;
  }

  @GetMapping("/healthz")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void healthz() {}

  @GetMapping("/cache")
  Map<String, Object> cache() {
    NearCacheStats stats = doorward.validator().stats();
    return Map.of(
        "hits", stats.hits(),
        "misses", stats.misses(),
        "entries", stats.entries(),
        "believed", !stats.leaseLeft().isZero());
  }

  @PostMapping("/sign-up")
  @ResponseStatus(HttpStatus.CREATED)
  Map<String, Object> signUp(HttpServletRequest request) throws IOException {
    Body body = Body.of(request, json);
    SignUpRequest.Builder call = SignUpRequest.newBuilder()
        .setEmail(body.text("email"))
        .setPassword(body.text("password"))
        .setClientContext(context(request));
    body.optionalText("name").ifPresent(call::setName);

    SignUpResponse signedUp = doorward.passwords().signUp(call.build());

    return signedIn(signedUp.getSession(), signedUp.getUser());
  }

  @PostMapping("/sign-in")
  Map<String, Object> signIn(HttpServletRequest request) throws IOException {
    Body body = Body.of(request, json);
    SignInRequest call = SignInRequest.newBuilder()
        .setEmail(body.text("email"))
        .setPassword(body.text("password"))
        .setClientContext(context(request))
        .build();

    SignInResponse signedIn = doorward.passwords().signIn(call);

    return signedIn(signedIn.getSession(), signedIn.getUser());
  }

  @GetMapping("/me")
  Map<String, Object> me(@RequestAttribute(SessionFilter.SIGNED_IN) SignedIn who) {
    return Map.of("user", told(who.valid().getUser()));
  }

  @PostMapping("/sign-out")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void signOut(@RequestAttribute(SessionFilter.SIGNED_IN) SignedIn who) {
    doorward
        .sessions()
        .revokeSession(RevokeSessionRequest.newBuilder()
            .setSessionToken(who.token())
            .setAllowMissing(true)
            .build());
  }

  private static Map<String, Object> signedIn(Session session, User user) {
    return Map.of("token", session.getSessionToken(), "user", told(user));
  }

  /** What the service tells of a user. */
  private static Map<String, Object> told(User user) {
    Map<String, Object> told = new HashMap<>();
    told.put("id", user.getId());
    told.put("email", user.getEmail());
    told.put("emailVerified", user.getEmailVerified());
    told.put("name", user.hasName() ? user.getName() : null);
    return told;
  }

  /** Who asks, so that Doorward can slow guessing down. Behind a proxy, it is the proxy that tells the address. */
  private static ClientContext context(HttpServletRequest request) {
    ClientContext.Builder context = ClientContext.newBuilder().setIpAddress(request.getRemoteAddr());
    String agent = request.getHeader("User-Agent");
    return (agent == null ? context : context.setUserAgent(agent)).build();
  }
}
