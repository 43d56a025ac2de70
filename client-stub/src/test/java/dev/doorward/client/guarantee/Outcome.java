package dev.doorward.client.guarantee;

/** What a client was told about a token. */
enum Outcome {
  ACCEPTED,
  REFUSED,
  CANNOT_TELL
}
