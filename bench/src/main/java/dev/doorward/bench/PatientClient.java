package dev.doorward.bench;

import dev.doorward.client.DoorwardClient;
import java.time.Duration;

/** A client with the bench's key that waits as long as it takes, for what comes before a measurement may take long on a small machine. */
final class PatientClient {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private PatientClient() {}

  static DoorwardClient connect(String address) {
    return DoorwardClient.builder(address)
        .plaintext()
        .key(System.getenv("BENCH_KEY"))
        .deadline(PATIENCE)
        .build();
  }
}
