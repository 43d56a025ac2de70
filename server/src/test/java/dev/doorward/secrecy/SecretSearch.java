package dev.doorward.secrecy;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Looks for secrets in a stream of bytes, in every {@link Form}. */
final class SecretSearch {

  /** What is read at once. */
  private static final int BLOCK_BYTES = 1 << 20;

  /** What of a block is looked at again with the next: more than a piece of a secret takes in any form. */
  private static final int OVERLAP_BYTES = 1 << 10;

  /** A secret that was found, and where for the first time. */
  record Found(Form form, long position) {}

  private final List<Secret> secrets;
  private final Windows windows;

  SecretSearch(List<Secret> secrets) {
    this.secrets =
        secrets.stream().filter(secret -> Windows.isDistinctive(secret.value())).toList();
    this.windows = new Windows(this.secrets.stream().map(Secret::value).toList());
  }

  /** How many secrets are looked for. */
  int count() {
    return secrets.size();
  }

  Map<Secret, Found> search(InputStream text) throws IOException {
    Map<Secret, Found> found = new LinkedHashMap<>();
    byte[] block = new byte[BLOCK_BYTES + OVERLAP_BYTES];
    long start = 0;
    int kept = 0;
    for (int read = text.readNBytes(block, 0, BLOCK_BYTES); read > 0; ) {
      int length = kept + read;
      long at = start;
      for (Form form : Form.values()) {
        form.read(
            block,
            length,
            (decoded, count, from) -> windows.search(
                decoded,
                0,
                count,
                (secret, position) ->
                    found.putIfAbsent(secrets.get(secret), new Found(form, at + from + position))));
      }
      kept = Math.min(OVERLAP_BYTES, length);
      System.arraycopy(block, length - kept, block, 0, kept);
      start += length - kept;
      read = text.readNBytes(block, kept, BLOCK_BYTES);
    }
    return found;
  }
}
