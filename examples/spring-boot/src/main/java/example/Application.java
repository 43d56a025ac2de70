package example;

import dev.doorward.client.DoorwardClient;
import dev.doorward.client.SessionValidator;
import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;

/** An HTTP service whose users sign up, in and out, and are known at its protected endpoints. */
@SpringBootApplication
public class Application {

  public static void main(String[] arguments) {
    SpringApplication.run(Application.class, arguments);
  }

  /** Over TLS, unless it is this very machine. */
  @Bean(destroyMethod = "close")
  DoorwardClient doorward(
      @Value("${doorward.target}") String target, @Value("${doorward.key-file}") Path keyFile) {
    DoorwardClient.Builder builder = DoorwardClient.builder(target).keyFile(keyFile);
    return target.matches("(localhost|127\\.[\\d.]+|\\[::1\\]):\\d+")
        ? builder.plaintext().build()
        : builder.build();
  }

  /** Begins to follow what is revoked, before the first request comes. */
  @Bean
  SessionValidator sessions(DoorwardClient doorward) {
    return doorward.validator();
  }

  @Bean
  FilterRegistrationBean<SessionFilter> sessionFilter(SessionValidator sessions, Problems problems) {
    FilterRegistrationBean<SessionFilter> registration =
        new FilterRegistrationBean<>(new SessionFilter(sessions, problems));
    registration.addUrlPatterns("/me", "/sign-out");
    return registration;
  }

  @EventListener
  void listening(ApplicationReadyEvent event) {
    String port = event.getApplicationContext().getEnvironment().getProperty("local.server.port");
    System.out.println("listening on 127.0.0.1:" + port);
  }
}
