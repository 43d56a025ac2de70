package dev.doorward.nearcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The histories that the near cache of every language must agree with: {@code examples/vectors/near-cache.json}. */
class SharedHistoriesTest {

  private static final JsonObject FILE = read();
  private static final NearCacheSettings SETTINGS = settings(FILE.getAsJsonObject("settings"));

  @TestFactory
  Stream<DynamicTest> everyHistory() {
    return histories()
        .map(history -> DynamicTest.dynamicTest(
            history.get("name").getAsString(), () -> play(history, Rules.SOUND)));
  }

  /** If a cache broke one of the rules, a history would tell. */
  @TestFactory
  Stream<DynamicTest> aWeakenedRuleIsNoticed() {
    return Map.<String, Rules>of(
            "a fill is kept whatever has overtaken it",
            new Rules() {
              @Override
              boolean isOvertaken(long seqApplied, long seqOfSnapshot) {
                return false;
              }
            },
            "a lease counts from the answer",
            new Rules() {
              @Override
              long leaseStart(long askedNanos, long answeredNanos) {
                return answeredNanos;
              }
            },
            "a lease does not wait for the feed",
            new Rules() {
              @Override
              boolean isCaughtUp(long[] position, Position head) {
                return true;
              }
            },
            "a missing number is passed by",
            new Rules() {
              @Override
              boolean isNext(long seqApplied, long seq) {
                return true;
              }
            })
        .entrySet()
        .stream()
        .map(weakened -> DynamicTest.dynamicTest(
            weakened.getKey(),
            () -> assertThatThrownBy(
                    () -> histories().forEach(history -> play(history, weakened.getValue())))
                .isInstanceOf(AssertionError.class)));
  }

  private static void play(JsonObject history, Rules rules) {
    History played = new History(rules);
    history.getAsJsonArray("steps").forEach(step -> played.step(step.getAsJsonObject()));
  }

  private static Stream<JsonObject> histories() {
    return StreamSupport.stream(FILE.getAsJsonArray("histories").spliterator(), false)
        .map(JsonElement::getAsJsonObject);
  }

  private static NearCacheSettings settings(JsonObject settings) {
    return new NearCacheSettings(
        millis(settings, "lease"),
        millis(settings, "entryLifetime"),
        millis(settings, "absentLifetime"),
        settings.get("maxEntries").getAsInt());
  }

  private static Duration millis(JsonObject of, String name) {
    return Duration.ofMillis(of.get(name).getAsLong());
  }

  private static JsonObject read() {
    try (Reader file = Files.newBufferedReader(Path.of("../examples/vectors/near-cache.json"))) {
      return JsonParser.parseReader(file).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One cache, and what has been begun with it. */
  private static final class History {

    private final Map<String, NearCache<String>.Probe> probes = new HashMap<>();
    private final Map<String, NearCache<String>.Fill> fills = new HashMap<>();
    private final NearCache<String> cache;
    private long nowNanos;

    private History(Rules rules) {
      this.cache = new NearCache<>(SETTINGS, () -> nowNanos, rules);
    }

    private void step(JsonObject step) {
      nowNanos = millis(step, "at").toNanos();
      if (step.has("reset")) {
        cache.reset(position(step.getAsJsonObject("reset")));
      } else if (step.has("probe")) {
        probes.put(text(step, "probe"), cache.probe());
      } else if (step.has("answered")) {
        probes.get(text(step, "answered")).answered(position(step.getAsJsonObject("head")));
      } else if (step.has("fill")) {
        fills.put(text(step, "fill"), cache.fill(TokenKey.of(text(step, "token"))));
      } else if (step.has("good")) {
        assertThat(good(step)).as("%s", step).isEqualTo(step.get("kept").getAsBoolean());
      } else if (step.has("absent")) {
        fills.get(text(step, "absent")).absent();
      } else if (step.has("apply")) {
        assertThat(apply(step.getAsJsonObject("apply")))
            .as("%s", step)
            .isEqualTo(step.get("applied").getAsBoolean());
      } else if (step.has("limitLease")) {
        cache.limitLease(millis(step, "limitLease"));
      } else {
        assertThat(get(text(step, "get")))
            .as("%s", step)
            .isEqualTo(step.has("session") ? "hit " + text(step, "session") : text(step, "is"));
      }
    }

    private boolean good(JsonObject step) {
      return fills
          .get(text(step, "good"))
          .good(
              text(step, "session"),
              text(step, "user"),
              text(step, "session"),
              step.get("lane").getAsInt(),
              step.get("asOf").getAsLong(),
              millis(step, "expiresIn"));
    }

    private boolean apply(JsonObject revocation) {
      return cache.apply(
          revocation.get("lane").getAsInt(),
          revocation.get("seq").getAsLong(),
          revoked(revocation));
    }

    private String get(String token) {
      TokenKey key = TokenKey.of(token);
      return cache
          .get(key)
          .map(session -> "hit " + session)
          .orElseGet(() -> cache.isAbsent(key) ? "absent" : "miss");
    }

    private static Revoked revoked(JsonObject revocation) {
      String user = text(revocation, "user");
      String session = text(revocation, "session");
      return switch (text(revocation, "kind")) {
        case "SESSION_REVOKED", "SESSION_CHANGED" -> Revoked.one(user, session);
        case "USER_SESSIONS_REVOKED" ->
          session.isEmpty() ? Revoked.all(user) : Revoked.allBut(user, session);
        default -> Revoked.all(user);
      };
    }

    private static Position position(JsonObject position) {
      JsonObject seqs = position.getAsJsonObject("seqs");
      List<Long> all = new ArrayList<>();
      IntStream.range(0, Position.LANES)
          .mapToObj(Integer::toString)
          .forEach(lane -> all.add(seqs.has(lane) ? seqs.get(lane).getAsLong() : 0));
      return Position.of(text(position, "epoch"), all);
    }

    private static String text(JsonObject of, String name) {
      return of.get(name).getAsString();
    }
  }
}
