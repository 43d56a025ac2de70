package example;

import com.google.gson.GsonBuilder;
import com.sun.net.httpserver.HttpExchange;
import dev.doorward.v1.User;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** What a request is answered with. */
record Answer(int status, Map<String, String> headers, Object body) {

  static Answer of(int status) {
    return new Answer(status, Map.of(), null);
  }

  static Answer of(int status, Object body) {
    return new Answer(status, Map.of("Content-Type", "application/json"), body);
  }

  Answer with(String header, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(header, value);
    return new Answer(status, more, body);
  }

  /** What the service tells of a user. */
  static Map<String, Object> user(User user) {
    Map<String, Object> told = new HashMap<>();
    told.put("id", user.getId());
    told.put("email", user.getEmail());
    told.put("emailVerified", user.getEmailVerified());
    told.put("name", user.hasName() ? user.getName() : null);
    return told;
  }

  void send(HttpExchange exchange) throws IOException {
    headers.forEach(exchange.getResponseHeaders()::set);
    if (body == null) {
      exchange.sendResponseHeaders(status, -1);
    } else {
      byte[] json = new GsonBuilder().serializeNulls().create().toJson(body).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, json.length);
      exchange.getResponseBody().write(json);
    }
    exchange.close();
  }
}
