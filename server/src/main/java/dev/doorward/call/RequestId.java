package dev.doorward.call;

import java.util.UUID;

/**
 * What a caller calls its request, so that repeating it makes nothing twice.
 *
 * @param fingerprint SHA-256 of all that the request asks for, without its secrets
 */
public record RequestId(UUID id, byte[] fingerprint) {}
