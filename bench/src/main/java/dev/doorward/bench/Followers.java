package dev.doorward.bench;

import dev.doorward.client.DoorwardClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Near caches that follow the revocations and validate nothing, until standard input ends. */
public final class Followers {

  private Followers() {}

  /** @param arguments the server's address, and how many */
  public static void main(String[] arguments) throws IOException {
    List<DoorwardClient> clients = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
      DoorwardClient client = PatientClient.connect(arguments[0]);
      client.validator().validate(Population.token(1));
      clients.add(client);
    }
    System.out.println("ready");
    while (System.in.read() >= 0) {
      // Nothing is asked of them but to stay.
    }
    clients.forEach(DoorwardClient::close);
  }
}
