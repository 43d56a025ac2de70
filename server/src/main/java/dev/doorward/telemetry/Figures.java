package dev.doorward.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** Shows numbers that somebody keeps anyway: they are looked up whenever metrics are read. */
public final class Figures {

  /** A number, and what tells it from others of the same name. */
  public record Reading(LongSupplier value, Attributes attributes) {

    /** @param attributes names and values in turns */
    public static Reading of(LongSupplier value, String... attributes) {
      AttributesBuilder builder = Attributes.builder();
      for (int i = 0; i < attributes.length; i += 2) {
        builder.put(AttributeKey.stringKey(attributes[i]), attributes[i + 1]);
      }
      return new Reading(value, builder.build());
    }

    /** One for each value of an attribute. */
    public static List<Reading> by(String attribute, Map<String, ? extends LongSupplier> values) {
      return values.entrySet().stream()
          .map(entry -> of(entry.getValue(), attribute, entry.getKey()))
          .toList();
    }
  }

  private final Meter meter;

  Figures(Meter meter) {
    this.meter = meter;
  }

  /** What goes up and down. */
  public void level(String name, String unit, String description, List<Reading> readings) {
    meter
        .upDownCounterBuilder(name)
        .setUnit(unit)
        .setDescription(description)
        .buildWithCallback(lookUp(readings));
  }

  /** What only grows. */
  public void count(String name, String unit, String description, List<Reading> readings) {
    meter
        .counterBuilder(name)
        .setUnit(unit)
        .setDescription(description)
        .buildWithCallback(lookUp(readings));
  }

  /** A time that passes. */
  public void seconds(String name, String description, DoubleSupplier value) {
    meter
        .gaugeBuilder(name)
        .setUnit("s")
        .setDescription(description)
        .buildWithCallback(measured -> measured.record(value.getAsDouble()));
  }

  private static Consumer<ObservableLongMeasurement> lookUp(List<Reading> readings) {
    return measured -> readings.forEach(
        reading -> measured.record(reading.value().getAsLong(), reading.attributes()));
  }
}
