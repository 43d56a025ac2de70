package dev.doorward.client.guarantee;

import dev.doorward.client.DoorwardClient;
import dev.doorward.v1.CreateSessionRequest;
import dev.doorward.v1.CreateUserRequest;
import dev.doorward.v1.GetUserRequest;
import dev.doorward.v1.RevokeSessionRequest;
import dev.doorward.v1.Session;
import dev.doorward.v1.SignInRequest;
import dev.doorward.v1.SignUpRequest;
import dev.doorward.v1.UpdateUserRequest;
import dev.doorward.v1.User;
import dev.doorward.v1.ValidateSessionRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;

/**
 * A process that calls as fast as a few threads can, by all kinds of calls, with the settings that the client stub has by
 * itself. It says "calling" when each thread has come round once, writes a line for each call that fails, and ends with its
 * input, after a last line that counts the others.
 */
final class CallingClient {

  private static final int THREADS = 4;
  private static final String PASSWORD = "correct horse battery staple";

  private final DoorwardClient doorward;
  private final LongAdder calls = new LongAdder();
  private volatile boolean ending;

  private CallingClient(DoorwardClient doorward) {
    this.doorward = doorward;
  }

  /** Arguments: target and the caller's key. */
  public static void main(String[] arguments) throws Exception {
    DoorwardClient doorward =
        DoorwardClient.builder(arguments[0]).plaintext().key(arguments[1]).build();
    new CallingClient(doorward).run();
    System.exit(0);
  }

  private void run() throws IOException, InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Thread thread = new Thread(this::callOnAndOn, "calling-" + i);
      thread.start();
      threads.add(thread);
    }
    while (System.in.read() >= 0) {
      // Nothing is asked of it but to go on.
    }
    ending = true;
    for (Thread thread : threads) {
      thread.join();
    }
    System.out.println("calls " + calls.sum());
  }

  private void callOnAndOn() {
    boolean saidSo = false;
    while (!ending) {
      liveOneLife();
      if (!saidSo) {
        System.out.println("calling");
        saidSo = true;
      }
    }
  }

  /** A user's, from the first call about them on. */
  private void liveOneLife() {
    String email = "u" + UUID.randomUUID().toString().replace("-", "") + "@example.com";
    try {
      User user = doorward
          .passwords()
          .signUp(
              SignUpRequest.newBuilder().setEmail(email).setPassword(PASSWORD).build())
          .getUser();
      doorward
          .passwords()
          .signIn(
              SignInRequest.newBuilder().setEmail(email).setPassword(PASSWORD).build());
      doorward
          .users()
          .createUser(CreateUserRequest.newBuilder()
              .setUser(User.newBuilder().setEmail("x" + email))
              .build());
      calls.add(3);
      for (int i = 0; i < 20; i++) {
        useASession(user);
      }
    } catch (RuntimeException e) {
      System.out.println("FAILED " + e);
    }
  }

  private void useASession(User user) {
    Session session = doorward
        .sessions()
        .createSession(CreateSessionRequest.newBuilder().setUserId(user.getId()).build())
        .getSession();
    doorward
        .sessions()
        .validateSession(ValidateSessionRequest.newBuilder()
            .setSessionToken(session.getSessionToken())
            .build());
    doorward.users().getUser(GetUserRequest.newBuilder().setUserId(user.getId()).build());
    doorward
        .users()
        .updateUser(UpdateUserRequest.newBuilder()
            .setUser(User.newBuilder().setId(user.getId()).setName("Ada"))
            .build());
    if (doorward.validator().validate(session.getSessionToken()).isEmpty()) {
      System.out.println("FAILED a session that is good was refused");
    }
    doorward
        .sessions()
        .revokeSession(
            RevokeSessionRequest.newBuilder().setSessionId(session.getId()).build());
    calls.add(6);
  }
}
