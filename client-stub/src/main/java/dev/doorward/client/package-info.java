/**
 * Doorward for Java callers: {@link dev.doorward.client.DoorwardClient} has the stubs and the channel below them,
 * {@link dev.doorward.client.DoorwardErrors} tells why a call was refused.
 */
package dev.doorward.client;
