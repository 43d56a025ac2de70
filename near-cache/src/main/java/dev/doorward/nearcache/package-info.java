/**
 * Answers about session tokens kept in the memory of whoever asks, and the rules by which they may still be believed:
 * one implementation for the server and for the client stub. It knows neither gRPC nor the database.
 *
 * <p>{@link dev.doorward.nearcache.NearCache} states the guarantee and why it holds.
 */
package dev.doorward.nearcache;
