package dev.doorward.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Where settings come from: a file in the format of {@link Properties}, and the environment. */
public final class ConfigFile {

  private static final String PATH_VARIABLE = Settings.VARIABLE_PREFIX + "CONFIG";

  private ConfigFile() {}

  /** @param file null if there is none */
  public static Map<String, String> readWithEnvironment(Path file) {
    Map<String, String> given = new TreeMap<>();
    if (file != null && !file.toString().isEmpty()) {
      Properties properties = new Properties();
      try (Reader reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        throw new InvalidSettings(
            List.of(file + " can't be read (expected: a file of key=value lines)"));
      }
      properties
          .stringPropertyNames()
          .forEach(name -> given.put(name, properties.getProperty(name)));
    }
    System.getenv().forEach((name, value) -> {
      if (name.startsWith(Settings.VARIABLE_PREFIX) && !name.equals(PATH_VARIABLE)) {
        given.put(name, value);
      }
    });
    return given;
  }
}
