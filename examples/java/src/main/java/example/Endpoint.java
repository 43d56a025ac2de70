package example;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.grpc.StatusRuntimeException;
import java.io.IOException;

/** Answers the requests for one path. */
interface Endpoint {

  Answer answer(HttpExchange exchange) throws IOException;

  /** Serves it under {@code METHOD PATH}, and answers what it throws. */
  static HttpContext serve(HttpServer http, String methodAndPath, Endpoint endpoint) {
    String[] parts = methodAndPath.split(" ");
    return http.createContext(parts[1], exchange -> {
      Answer answer;
      try {
        answer = !exchange.getRequestURI().getPath().equals(parts[1])
            ? Answer.of(404)
            : exchange.getRequestMethod().equals(parts[0])
                ? endpoint.answer(exchange)
                : Answer.of(405).with("Allow", parts[0]);
      } catch (Problem problem) {
        answer = problem.answer();
      } catch (StatusRuntimeException failed) {
        answer = Problem.of(failed).answer();
      }
      answer.send(exchange);
    });
  }
}
