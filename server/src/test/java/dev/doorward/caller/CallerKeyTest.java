package dev.doorward.caller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallerKeyTest {

  @Test
  void aKeyHasTheFormThatScannersLookFor() {
    CallerKey key = CallerKey.generate();

    assertThat(key.reveal()).matches("dwk_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}").contains(key.id());
    assertThat(CallerKey.generateForDevelopment().reveal())
        .matches("dwkdev_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}");
  }

  @Test
  void aKeyIsReadAsWhatItIs() {
    CallerKey key = CallerKey.generate();
    CallerKey forDevelopment = CallerKey.generateForDevelopment();

    assertThat(CallerKey.read(key.reveal())).contains(key);
    assertThat(CallerKey.read(key.reveal()).orElseThrow().id()).isEqualTo(key.id());
    assertThat(CallerKey.read(key.reveal()).orElseThrow().isForDevelopment()).isFalse();
    assertThat(CallerKey.read(forDevelopment.reveal()).orElseThrow().isForDevelopment())
        .isTrue();
  }

  @Test
  void oneWrongCharacterAnywhereIsNoticed() {
    String key = CallerKey.generate().reveal();
    for (int i = 0; i < key.length(); i++) {
      char other = key.charAt(i) == 'x' ? 'y' : 'x';
      assertThat(CallerKey.read(key.substring(0, i) + other + key.substring(i + 1)))
          .as("character " + i)
          .isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "dwk_", "dws_0123456789012345678901234567890123456789012345678901"})
  void whatIsNoKeyIsNotLookedFor(String text) {
    assertThat(CallerKey.read(text)).isEmpty();
    assertThat(CallerKey.read(" " + CallerKey.generate().reveal())).isEmpty();
    assertThat(CallerKey.read(CallerKey.generate().reveal() + "\n")).isEmpty();
  }

  @Test
  void noTwoKeysAreAlike() {
    Set<CallerKey> keys = new HashSet<>();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      CallerKey key = CallerKey.generate();
      keys.add(key);
      ids.add(key.id());
    }
    assertThat(keys).hasSize(1000);
    assertThat(ids).hasSize(1000);
    CallerKey key = CallerKey.generate();
    assertThat(CallerKey.generate(key.id())).isNotEqualTo(key);
  }

  @Test
  void aKeyNeverShowsItself() {
    CallerKey key = CallerKey.generate();

    assertThat(key + " " + new Callers.Issued(null, key)).doesNotContain(key.reveal(), key.id());
  }
}
