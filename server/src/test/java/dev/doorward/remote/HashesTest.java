package dev.doorward.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HashesTest {

  @Test
  void thoseThatComeTwiceOrMoreOftenAreFoundOnceEach() {
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      Hashes hashes = new Hashes();
      TreeMap<Long, Integer> counts = new TreeMap<>();
      int several = random.nextInt(3000);
      for (int i = 0; i < several; i++) {
        long hash = random.nextInt(2000) - 1000;
        hashes.add(hash);
        counts.merge(hash, 1, Integer::sum);
      }

      assertThat(hashes.repeated())
          .containsExactly(counts.entrySet().stream()
              .filter(entry -> entry.getValue() > 1)
              .mapToLong(entry -> entry.getKey())
              .toArray());
    }
  }
}
