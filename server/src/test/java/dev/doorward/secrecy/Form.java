package dev.doorward.secrecy;

import java.util.Arrays;

/** How a secret may be written down. */
enum Form {
  PLAIN {
    @Override
    void read(byte[] text, int length, Reader reader) {
      reader.read(text, length, 0);
    }
  },

  /** Of URLs and of forms: {@code %} and two hexadecimal digits for any character, {@code +} for a blank. */
  PERCENT {
    @Override
    void read(byte[] text, int length, Reader reader) {
      byte[] decoded = new byte[length];
      int count = 0;
      boolean any = false;
      for (int i = 0; i < length; i++) {
        boolean escaped =
            text[i] == '%' && i + 2 < length && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
        any |= escaped || text[i] == '+';
        if (escaped) {
          decoded[count++] = (byte) (hex(text[i + 1]) << 4 | hex(text[i + 2]));
          i += 2;
        } else {
          decoded[count++] = text[i] == '+' ? (byte) ' ' : text[i];
        }
      }
      if (any) {
        reader.read(decoded, count, 0);
      }
    }
  },

  /** In capitals or small letters, from the first digit of a run or from its second. */
  HEX {
    @Override
    void read(byte[] text, int length, Reader reader) {
      runs(text, length, Form::hex, 2 * Windows.LEAST_BYTES, (from, to) -> {
        for (int start = from; start < from + 2; start++) {
          byte[] decoded = new byte[(to - start) / 2];
          for (int i = 0; i < decoded.length; i++) {
            decoded[i] = (byte) (hex(text[start + 2 * i]) << 4 | hex(text[start + 2 * i + 1]));
          }
          reader.read(decoded, decoded.length, from);
        }
      });
    }
  },

  /** In either alphabet, from any of the first four digits of a run, so that what stands before it does not matter. */
  BASE64 {
    @Override
    void read(byte[] text, int length, Reader reader) {
      runs(text, length, Form::base64, 4 * Windows.LEAST_BYTES / 3, (from, to) -> {
        for (int start = from; start < from + 4; start++) {
          byte[] decoded = new byte[(to - start) * 6 / 8];
          int bits = 0;
          int count = 0;
          for (int i = start; i < to && count < decoded.length; i++) {
            bits = bits << 6 | base64(text[i]);
            int digits = i - start + 1;
            if (digits % 4 != 1) {
              decoded[count++] = (byte) (bits >> (4 - digits % 4) % 4 * 2);
            }
          }
          reader.read(decoded, count, from);
        }
      });
    }
  };

  /** Is given what a text says in this form. */
  @FunctionalInterface
  interface Reader {
    /** @param at about where in the text that begins */
    void read(byte[] decoded, int length, int at);
  }

  @FunctionalInterface
  private interface Digit {
    /** Its value, or -1. */
    int value(byte character);
  }

  @FunctionalInterface
  private interface Run {
    void found(int from, int to);
  }

  private static final byte[] HEX_VALUES = values("0123456789abcdef", "0123456789ABCDEF");
  private static final byte[] BASE64_VALUES = values(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

  abstract void read(byte[] text, int length, Reader reader);

  /** All runs of digits that are so long at least. */
  private static void runs(byte[] text, int length, Digit digit, int least, Run run) {
    int from = 0;
    for (int i = 0; i <= length; i++) {
      if (i == length || digit.value(text[i]) < 0) {
        if (i - from >= least) {
          run.found(from, i);
        }
        from = i + 1;
      }
    }
  }

  private static int hex(byte character) {
    return HEX_VALUES[character & 0xff];
  }

  private static int base64(byte character) {
    return BASE64_VALUES[character & 0xff];
  }

  private static byte[] values(String... alphabets) {
    byte[] values = new byte[256];
    Arrays.fill(values, (byte) -1);
    for (String alphabet : alphabets) {
      for (int i = 0; i < alphabet.length(); i++) {
        values[alphabet.charAt(i)] = (byte) i;
      }
    }
    return values;
  }
}
